import CHDF5

/// How the datasets of a file say which classes of MATLAB's they are.
enum MATLABMarks: Int, Comparable {
  /// They do not, as what h5py writes.
  case none
  /// In texts of another form than MATLAB's, of which libmatio loses the last letter.
  case foreign
  /// As MATLAB and libmatio write it.
  case own

  /// Looks at one object.
  init(of object: hid_t) {
    self = .none
    guard H5Aexists(object, "MATLAB_class") > 0 else { return }
    let attribute = HDF5Handle(H5Aopen(object, "MATLAB_class", espalier_h5_default()), H5Aclose)
    let type = HDF5Handle(H5Aget_type(attribute.id), H5Tclose)
    let isOwn = H5Tis_variable_str(type.id) == 0 && H5Tget_strpad(type.id) == H5T_STR_NULLTERM
    self = isOwn ? .own : .foreign
  }

  static func < (left: MATLABMarks, right: MATLABMarks) -> Bool { left.rawValue < right.rawValue }
}
