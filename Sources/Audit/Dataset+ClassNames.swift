import Datasets
import Networks

extension Dataset {
  /// Counts the classes in the order of a network whose file says what they are called.
  ///
  /// Data that hold some of the classes only, or that sort their names otherwise, would be judged by the
  /// wrong scores.
  func countingClasses(like network: Network) throws(DataError) -> FittedDataset {
    let names = network.graph.classNames
    guard !names.isEmpty, classNames != names else { return FittedDataset(data: self, note: nil) }
    let places = Dictionary(zip(names, names.indices)) { first, _ in first }
    let list = names.count > 8 ? "" : ": " + names.joined(separator: ", ")
    guard let labels else {
      let data = try Dataset(name: name, inputs: inputs, classNames: names)
      return FittedDataset(data: data, note: nil)
    }
    let found = labels.map { places[classNames?[$0] ?? "\($0)"] }
    if !found.contains(nil) {
      let own = found.compactMap { $0 }
      let data = try Dataset(name: name, inputs: inputs, labels: own, classNames: names)
      return FittedDataset(
        data: data,
        note: own == labels ? nil : "Classes are counted as the model names them\(list).")
    }
    guard let classNames else {
      // Labels are counted from 0, and the names are for reading only.
      guard labels.allSatisfy({ names.indices ~= $0 }) else {
        return FittedDataset(data: self, note: nil)
      }
      let data = try Dataset(name: name, inputs: inputs, labels: labels, classNames: names)
      return FittedDataset(data: data, note: nil)
    }
    let unknown = classNames.first { places[$0] == nil } ?? ""
    return FittedDataset(
      data: self,
      note: "The model has no class '\(unknown)'; the data's classes are taken in their order.")
  }
}
