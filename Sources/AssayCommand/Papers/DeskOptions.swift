import Arguments
import Desk
import Evidence
import Foundation

/// Where the papers are.
struct DeskOptions: ParsableArguments {
  @Option(
    help: """
      The store: a file or 'postgres://…'; ASSAY_STORE if left out, or 'papers.sqlite' in ASSAY_HOME.
      """)
  var store: String?

  /// Opens the store, without the catalogue's cards.
  func paperStore() throws -> PaperStore {
    let environment = ProcessInfo.processInfo.environment
    let address = store ?? environment["ASSAY_STORE"] ?? Installation.home + "/papers.sqlite"
    if store == nil, environment["ASSAY_STORE"] == nil {
      try OutputPath.makeFolder(Installation.home)
    }
    return try PaperStore(address: address)
  }

  /// Opens the desk.
  func desk() throws -> PaperDesk {
    try PaperDesk(
      store: paperStore(), evidence: EvidenceStore(path: PapersCommand.defaultFolder),
      modelFolder: Installation.sentenceModel)
  }
}

extension StoreError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .cannotOpen, .full: .cantCreate
    case .busy, .disconnected: .temporaryFailure
    case .damaged, .tooNew: .dataError
    case .failed: .internal
    case .unknownPaper, .unknownTopic: .noInput
    }
  }
}

extension ImportError: ExitCoding {
  public var exitCode: ExitCode {
    switch self {
    case .missingFile, .unreadable: .noInput
    case .cannotFetch: .temporaryFailure
    case .tooLarge, .notText, .unknownEncoding, .malformed, .noPapers: .dataError
    }
  }
}
