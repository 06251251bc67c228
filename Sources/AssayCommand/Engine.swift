import Arguments

/// What carries out work that has many parts.
enum Engine: String, ExpressibleByArgument, CaseIterable {
  case local, slurm
}
