#ifndef REPORT_H
#define REPORT_H

#include <cjson/cJSON.h>

/* What happens is told on the standard output, one JSON object a line. May be called from any thread. */

void report_joined(const char *id, const char *room);
void report_peer(const char *peer, const char *state);
void report_left(const char *peer);
/* `kind` is audio or video; `count` is of packets of sound, or of pictures. */
void report_received(const char *peer, const char *kind, unsigned count);
/* Of a data channel. */
void report_message(const char *peer, const char *text);
void report_rejected(const char *code, const char *message);
/* `peer` may be NULL. */
void report_error(const char *peer, const char *message);

#endif
