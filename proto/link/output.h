/* What the two ends of a stage have to do with each other. */
#ifndef EF_OUTPUT_H
#define EF_OUTPUT_H

#include "proto/link/link.h"
#include "proto/link/receipts/credit.h"

/* The credit of the output's reader; NULL when it has none, or several. */
ef_credit_t *ef_output_credit(ef_output_t *output);

#endif
