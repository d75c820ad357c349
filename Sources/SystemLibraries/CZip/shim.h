// libzip: zip archives.
#include <zip.h>
