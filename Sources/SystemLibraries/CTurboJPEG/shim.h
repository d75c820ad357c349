// libjpeg-turbo: JPEG images; of it the interface that needs no setjmp.
#include <turbojpeg.h>
