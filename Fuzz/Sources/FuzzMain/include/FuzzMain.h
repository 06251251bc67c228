#ifndef ASSAY_FUZZ_MAIN_H
#define ASSAY_FUZZ_MAIN_H

#include <stddef.h>
#include <stdint.h>

int FuzzNPZ_main(int argc, char **argv);

#endif
