#ifndef ESPALIER_LIBSVM_SHIM_H
#define ESPALIER_LIBSVM_SHIM_H

// Debian keeps the header in a folder of its own, Homebrew does not.
#if __has_include(<libsvm/svm.h>)
#include <libsvm/svm.h>
#else
#include <svm.h>
#endif

#endif
