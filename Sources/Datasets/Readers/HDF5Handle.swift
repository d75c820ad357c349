import CHDF5

/// An object of HDF5 that is closed in the end.
struct HDF5Handle: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  init(_ id: hid_t, _ close: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.close = close
  }

  var isOpen: Bool { id >= 0 }

  deinit {
    if id >= 0 { _ = close(id) }
  }
}
