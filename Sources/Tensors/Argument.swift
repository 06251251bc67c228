import CTorch

/// One argument of a libtorch operator.
enum Argument {
  case none
  case tensor(Tensor)
  case tensors([Tensor])
  case optionalTensors([Tensor?])
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case integers([Int])
  case reals([Double])
  case text(StaticString)
  case dtype(DType)
  case device(Device)
  /// A fresh generator that starts at this seed.
  case seed(UInt64)

  static func optional(_ tensor: Tensor?) -> Argument { tensor.map(Argument.tensor) ?? .none }
}

extension Argument: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .real(value) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(nilLiteral: ()) { self = .none }
}

/// The C form of a list of arguments, with the memory that its pointers refer to.
///
/// Lists are laid end to end in two buffers whose sizes are known before the first pointer is
/// taken.
struct ArgumentList: ~Copyable {
  private(set) var values: UnsafeMutableBufferPointer<assay_value>
  private let handles: UnsafeMutableBufferPointer<OpaquePointer?>
  private let words: UnsafeMutableBufferPointer<Int64>
  private var usedHandles = 0
  private var usedWords = 0

  init(_ arguments: [Argument]) {
    var (handleCount, wordCount) = (0, 0)
    for argument in arguments {
      switch argument {
      case .tensors(let list): handleCount += list.count
      case .optionalTensors(let list): handleCount += list.count
      case .integers(let list): wordCount += list.count
      case .reals(let list): wordCount += list.count
      default: break
      }
    }
    values = .allocate(capacity: arguments.count)
    handles = .allocate(capacity: handleCount)
    words = .allocate(capacity: wordCount)
    for (index, argument) in arguments.enumerated() { values[index] = value(of: argument) }
  }

  deinit {
    values.deallocate()
    handles.deallocate()
    words.deallocate()
  }

  private mutating func value(of argument: Argument) -> assay_value {
    switch argument {
    case .none: make(ASSAY_NONE)
    case .tensor(let tensor): make(ASSAY_TENSOR, pointer: UnsafeRawPointer(tensor.storage.handle))
    case .tensors(let list): make(ASSAY_TENSORS, pointer: append(list), count: list.count)
    case .optionalTensors(let list):
      make(ASSAY_OPTIONAL_TENSORS, pointer: append(list), count: list.count)
    case .integer(let value): make(ASSAY_INTEGER, integer: Int64(value))
    case .real(let value): make(ASSAY_REAL, real: value)
    case .boolean(let value): make(ASSAY_BOOLEAN, integer: value ? 1 : 0)
    case .integers(let list):
      make(ASSAY_INTEGERS, pointer: append(list.lazy.map(Int64.init)), count: list.count)
    case .reals(let list):
      make(
        ASSAY_REALS, pointer: append(list.lazy.map { Int64(bitPattern: $0.bitPattern) }),
        count: list.count)
    case .text(let text): make(ASSAY_TEXT, pointer: UnsafeRawPointer(text.utf8Start))
    case .dtype(let dtype): make(ASSAY_INTEGER, integer: Int64(dtype.rawValue))
    case .device(.cpu): make(ASSAY_DEVICE)
    case .device(.cuda(let index)): make(ASSAY_DEVICE, integer: 1, count: index)
    case .seed(let seed): make(ASSAY_GENERATOR, integer: Int64(bitPattern: seed))
    }
  }

  private func make(
    _ kind: assay_kind, integer: Int64 = 0, real: Double = 0, pointer: UnsafeRawPointer? = nil,
    count: Int = 0
  ) -> assay_value {
    assay_value(
      kind: Int32(kind.rawValue), count: Int32(count), integer: integer, real: real,
      pointer: pointer)
  }

  private mutating func append(_ list: [Tensor?]) -> UnsafeRawPointer? {
    let start = usedHandles
    for tensor in list {
      handles[usedHandles] = tensor?.storage.handle
      usedHandles += 1
    }
    return handles.baseAddress.map { UnsafeRawPointer($0 + start) }
  }

  private mutating func append(_ list: some Sequence<Int64>) -> UnsafeRawPointer? {
    let start = usedWords
    for word in list {
      words[usedWords] = word
      usedWords += 1
    }
    return words.baseAddress.map { UnsafeRawPointer($0 + start) }
  }
}
