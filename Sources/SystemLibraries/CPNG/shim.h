// libpng: PNG images; of it the simplified interface, which needs no setjmp.
#include <png.h>
