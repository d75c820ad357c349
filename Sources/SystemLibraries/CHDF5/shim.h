#ifndef ESPALIER_HDF5_SHIM_H
#define ESPALIER_HDF5_SHIM_H

// Debian keeps the header in a folder of its own, Homebrew does not.
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#else
#include <hdf5/serial/hdf5.h>
#endif

// Swift sees neither macros that call functions nor variables that C code may change.
static inline hid_t espalier_h5_type_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t espalier_h5_type_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t espalier_h5_type_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t espalier_h5_type_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t espalier_h5_type_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t espalier_h5_type_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t espalier_h5_type_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t espalier_h5_type_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t espalier_h5_type_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t espalier_h5_type_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t espalier_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t espalier_h5_all(void) { return H5S_ALL; }
static inline hid_t espalier_h5_type_text(void) { return H5T_C_S1; }
static inline hid_t espalier_h5_creation_class(void) { return H5P_DATASET_CREATE; }

// Whether a name in a group is the object itself; links may lead to other files.
static inline int espalier_h5_is_hard_link(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

static inline void espalier_h5_be_silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

#endif
