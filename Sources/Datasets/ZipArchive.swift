import CZip
import Foundation

/// The directory of a zip archive, read defensively.
///
/// Only what NumPy writes is read: stored and deflated entries on one disk, unencrypted, with
/// 64-bit extensions.
struct ZipArchive: Sendable {
  struct Entry: Hashable, Sendable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let headerOffset: Int
  }

  let entries: [Entry]
  private let bytes: Bytes
  private let limits: DataLimits

  /// - Throws: `DataError.malformed`, `truncated`, `tooLarge` or `unsafeEntryName`.
  init(_ bytes: Bytes, _ limits: DataLimits) throws(DataError) {
    (self.bytes, self.limits) = (bytes, limits)
    let directory = try Directory(bytes)
    guard directory.entryCount <= limits.entries else {
      throw .tooLarge(
        path: bytes.source, what: "a number of entries", size: directory.entryCount,
        limit: limits.entries)
    }
    // Each entry takes at least 46 bytes, so that the count cannot promise more than there is.
    let table = try bytes.slice(from: directory.offset, count: directory.size)
    guard directory.entryCount <= table.count / 46 else {
      throw .malformed(path: bytes.source, reason: "its directory is shorter than it says")
    }
    var (found, position): ([Entry], Int) = ([], 0)
    found.reserveCapacity(directory.entryCount)
    for _ in 0..<directory.entryCount {
      let (entry, length) = try Entry.parse(table, at: position)
      found.append(entry)
      position += length
    }
    entries = found
  }

  /// Unpacks one entry; what is stored is not copied.
  ///
  /// - Throws: `DataError.suspiciousCompression` or `tooLarge` before anything is allocated;
  ///   `malformed`.
  func contents(of entry: Entry) throws(DataError) -> Bytes {
    let name = "\(bytes.source):\(DataError.short(entry.name))"
    let fixed = 30
    guard try bytes.integer(UInt32.self, at: entry.headerOffset) == 0x0403_4b50 else {
      throw .malformed(path: name, reason: "its entry is not where the directory says")
    }
    let names = Int(try bytes.integer(UInt16.self, at: entry.headerOffset + 26))
    let extras = Int(try bytes.integer(UInt16.self, at: entry.headerOffset + 28))
    let packed = try bytes.slice(
      from: entry.headerOffset + fixed + names + extras, count: entry.packedSize, source: name)
    let contents = entry.isDeflated ? try inflated(entry, packed) : packed
    guard contents.count == entry.size else {
      throw .malformed(path: name, reason: "its sizes contradict each other")
    }
    let isChecked = entry.isDeflated || contents.count < limits.mapping
    guard !isChecked || contents.checksum == entry.checksum else {
      throw .malformed(path: name, reason: "its checksum is wrong")
    }
    return contents
  }

  private func inflated(_ entry: Entry, _ packed: Bytes) throws(DataError) -> Bytes {
    guard entry.size <= limits.bytes else {
      throw .tooLarge(
        path: packed.source, what: "an unpacked size", size: entry.size, limit: limits.bytes)
    }
    let ratio = entry.size / max(entry.packedSize, 1)
    // Deflate cannot grow data more than 1032-fold; a declaration beyond that is a lie.
    guard entry.size <= limits.unsuspiciousBytes || ratio <= limits.growth, ratio <= 1040 else {
      throw .suspiciousCompression(path: bytes.source, entry: entry.name, ratio: ratio)
    }
    let storage = ByteStorage(count: entry.size) { target in
      assay_inflate(
        packed.buffer.bindMemory(to: UInt8.self).baseAddress, packed.count,
        target.bindMemory(to: UInt8.self).baseAddress, target.count) == 0
    }
    guard let storage else {
      throw .malformed(path: packed.source, reason: "its compressed data are wrong")
    }
    return Bytes(storage, source: packed.source)
  }
}

extension Bytes {
  /// The CRC-32 of the bytes.
  var checksum: UInt32 { assay_crc32(buffer.bindMemory(to: UInt8.self).baseAddress, count) }
}
