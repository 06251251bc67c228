/// Runs every example of the README, from the package's folder.
@main
struct Snippets {
  static func main() throws {
    try auditOfAClassifier()
    try networkAsAValue()
  }
}
