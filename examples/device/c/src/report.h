#ifndef REPORT_H
#define REPORT_H

#include <cjson/cJSON.h>

/* Prints events on the standard output, one JSON object a line. Thread-safe. */

void report_joined(const char *id, const char *room);
void report_peer(const char *peer, const char *state);
void report_left(const char *peer);
/* `kind` is audio or video; `count` is the number of audio packets or video frames. */
void report_received(const char *peer, const char *kind, unsigned count);
/* A text message of a data channel. */
void report_message(const char *peer, const char *text);
void report_rejected(const char *code, const char *message);
/* `peer` may be NULL. */
void report_error(const char *peer, const char *message);

#endif
