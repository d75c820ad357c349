@_exported import Datasets
@_exported import Evaluation
@_exported import Formats
@_exported import Networks
@_exported import Reports
@_exported import Selection
@_exported import Tensors
@_exported import Training
