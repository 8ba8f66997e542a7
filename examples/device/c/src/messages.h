#ifndef MESSAGES_H
#define MESSAGES_H

#include <cjson/cJSON.h>

/* The messages to the server, as JSON for signaling_send, which frees it. */

char *message_answer(const char *to, const char *sdp);
/* `mid` may be NULL: then only the index names the media section. */
char *message_candidate(const char *to, const char *candidate, unsigned index, const char *mid);

/* A string field of a message from the server; NULL if it is missing or not a string. */
const char *string_field(const cJSON *message, const char *field);

#endif
