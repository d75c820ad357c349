// OpenSSL's libcrypto: SHA-256.
#include <openssl/evp.h>
