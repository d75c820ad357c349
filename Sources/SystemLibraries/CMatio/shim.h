// libmatio: MATLAB's .mat files.
#include <matio.h>
