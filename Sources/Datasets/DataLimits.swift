/// How much Assay takes from a file that nobody vouches for.
///
/// Arrays that are mapped rather than copied have no limit, because they cost no memory.
public struct DataLimits: Sendable, Hashable {
  /// Bytes that one array, entry or file may take once it is unpacked or converted.
  public var bytes = 768 << 20
  /// Entries of one archive, and images of one folder.
  public var entries = 1 << 20
  /// Bytes of the header of an NPY array.
  public var header = 64 << 10
  /// Axes of one array.
  public var rank = 32
  /// Columns of one table.
  public var columns = 1 << 17
  /// Pixels of one image.
  public var pixels = 64 << 20
  /// How much an entry may grow once it is larger than `unsuspiciousBytes`.
  public var growth = 200
  /// Bytes up to which any growth is taken for data, such as an array of zeros.
  public var unsuspiciousBytes = 32 << 20
  /// Bytes from which a file is mapped instead of read.
  public var mapping = 8 << 20

  public init() {}

  /// The bytes that elements of `shape` take, or nothing if a size is negative or beyond reason.
  ///
  /// Empty axes do not excuse absurd others: the distances between elements have to fit as well.
  static func byteCount(of shape: [Int], elementSize: Int) -> Int? {
    var reach = elementSize
    for size in shape {
      guard size >= 0 else { return nil }
      let (product, overflow) = reach.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow, product < Int.max / 8 else { return nil }
      reach = product
    }
    return shape.contains(0) ? 0 : reach
  }
}
