#ifndef HOISTWAY_CLIBYAML_SHIM_H
#define HOISTWAY_CLIBYAML_SHIM_H

#include <yaml.h>

#endif
