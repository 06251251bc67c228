// The library in one import: everything but the desk and the command.

@_exported import Architectures
@_exported import Attacks
@_exported import Audit
@_exported import Catalogue
@_exported import Certification
@_exported import Confidence
@_exported import Datasets
@_exported import Evidence
@_exported import Experiments
@_exported import Explanation
@_exported import Hardening
@_exported import LanguageModels
@_exported import Methods
@_exported import Models
@_exported import Networks
@_exported import Reports
@_exported import Tensors
@_exported import Training
