import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// `Tests/Golden/make/tables.py` made the models with scikit-learn and the values with ONNX Runtime.
struct TableModelTests {
  private static let names = [
    "logistic", "logistic-binary", "linear", "imputed", "normalized", "binarized", "network",
    "tree",
    "forest", "boosted", "boosted-binary", "forest-of-numbers", "boosted-numbers",
    "columns",
  ]

  /// The operators that these models use beside the standard ones.
  static let operators =
    [
      "ArrayFeatureExtractor", "Binarizer", "FeatureVectorizer", "Imputer", "LabelEncoder",
      "LinearClassifier", "LinearRegressor", "Normalizer", "OneHotEncoder", "SVMClassifier",
      "SVMRegressor", "Scaler", "TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor",
    ].map { "ai.onnx.ml.\($0)" } + ["com.microsoft.CDist"]

  @Test("The models use every operator of tables that can be read")
  func operatorsAreUsed() throws {
    let exported = try ExporterModelTests.Entry.all().map { "exporters/\($0.name)" }
    let files = try (Self.names.map { "tables/\($0)" } + exported).map {
      try Data(contentsOf: URL(fileURLWithPath: TestFiles.golden("\($0).onnx")))
    }
    for name in Self.operators {
      let bytes = Data(name.split(separator: ".").last!.utf8)
      #expect(files.contains { $0.range(of: bytes) != nil }, "\(name)")
    }
  }

  @Test("Models of tables give ONNX Runtime's scores", arguments: names)
  func parity(_ name: String) throws {
    let golden = try NPZ(reading: TestFiles.golden("tables/\(name).npz"))
    let network = try Network(onnx: TestFiles.golden("tables/\(name).onnx"))
    let scores = try golden.array("scores")
    let output = try network.output(of: golden.array("x"))
    expectClose(output.reshaped(to: scores.shape), scores, absolute: 1e-5, relative: 1e-5)
  }

  @Test("Class numbers are an output like any other, by its name")
  func labels() throws {
    let path = TestFiles.golden("tables/tree.onnx")
    let golden = try NPZ(reading: TestFiles.golden("tables/tree.npz"))
    let labels = try Network(onnx: path, output: "label").output(of: golden.array("x"))
    #expect(labels.integers == (try golden.array("scores").argmax(axis: 1).integers))
    #expect(throws: NetworkError.self) { try Network(onnx: path, output: "scores") }
  }

  @Test(
    "Exports that once were refused are read",
    .enabled(if: TestFiles.shared("cases") != nil, "../shared/cases is absent"),
    arguments: [
      ("skl_lr_str", 3), ("skl_pipe_zipmap", 3), ("skl_mlp_nozip", 3), ("skl_rf_nozip", 3),
      ("label_first", 2),
    ])
  func cases(_ name: String, _ least: Int) throws {
    let folder = try #require(TestFiles.shared("cases/sklearn-exports"))
    let network = try Network(onnx: "\(folder)/\(name).onnx")
    let data = try DatasetLoader().load(
      path: folder + (name == "label_first" ? "/lf.npz" : "/iris.npz"))
    let scores = try network.output(of: data.inputs)
    #expect(scores.dtype == .float32 && scores.size(1) >= least)
    let decided = scores.argmax(axis: 1).integers
    let hits = zip(decided, try data.requiredLabels()).count { $0 == $1 }
    #expect(Double(hits) >= 0.95 * Double(data.count))
  }

  /// A tree of one comparison whose attributes can be spoiled.
  private func stump(_ change: (inout [String: [Int]]) -> Void) -> Data {
    var lists = [
      "nodes_treeids": [0, 0, 0], "nodes_nodeids": [0, 1, 2], "nodes_truenodeids": [1, 0, 0],
      "nodes_falsenodeids": [2, 0, 0], "nodes_featureids": [0, 0, 0],
    ]
    change(&lists)
    return ProtoModel(nodes: [
      ProtoNode("TreeEnsembleRegressor", ["x"], ["y"], lists, domain: "ai.onnx.ml")
    ])
    .bytes
  }

  @Test("Trees that are none are refused in one line")
  func hostile() {
    for key in ["nodes_treeids", "nodes_truenodeids", "nodes_featureids"] {
      let bytes = stump { $0[key] = [7] }
      #expect(throws: NetworkError.self) { try Network(onnxBytes: bytes, path: "stump") }
    }
  }

  @Test(
    "Attributes that do not fit are refused in one line",
    arguments: [
      ("SVMClassifier", ["classlabels_ints": [0, 1], "vectors_per_class": [1 << 40, 1]]),
      ("SVMClassifier", ["classlabels_ints": [0, 1], "vectors_per_class": [1]]),
      ("SVMClassifier", ["classlabels_ints": [0], "vectors_per_class": [1]]),
      ("SVMRegressor", ["n_supports": [3]]),
      ("LabelEncoder", ["keys_int64s": [0, 1], "values_int64s": [1]]),
      ("LabelEncoder", ["keys_int64s": [0, 1]]),
      ("OneHotEncoder", [:]),
      ("FeatureVectorizer", ["inputdimensions": [4, 4]]),
      ("FeatureVectorizer", ["inputdimensions": [1 << 40]]),
      ("TreeEnsemble", ["n_targets": [1 << 40]]),
      ("TreeEnsemble", ["tree_roots": [9], "nodes_featureids": [0, 0]]),
      ("TreeEnsembleRegressor", ["n_targets": [1 << 40]]),
      ("TreeEnsembleClassifier", ["classlabels_int64s": [7]]),
    ])
  func misfits(_ operation: String, _ attributes: [String: [Int]]) {
    let node = ProtoNode(operation, ["x"], ["y"], attributes, domain: "ai.onnx.ml")
    let bytes = ProtoModel(nodes: [node]).bytes
    #expect(throws: NetworkError.self) { try Network(onnxBytes: bytes, path: operation) }
  }
}
