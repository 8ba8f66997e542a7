#ifndef MESSAGES_H
#define MESSAGES_H

#include <cjson/cJSON.h>

/* What the device says: JSON, to be sent with signaling_send. */

char *message_answer(const char *to, const char *sdp);
/* `mid` may be NULL: then the index says which media section it is. */
char *message_candidate(const char *to, const char *candidate, unsigned index, const char *mid);

/* A field of what it hears that is a text; NULL for any other. */
const char *text_of(const cJSON *message, const char *field);

#endif
