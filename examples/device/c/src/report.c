#include "report.h"

#include <stdio.h>

static void print(cJSON *report)
{
    char *line = cJSON_PrintUnformatted(report);
    flockfile(stdout);
    puts(line);
    fflush(stdout);
    funlockfile(stdout);
    cJSON_free(line);
    cJSON_Delete(report);
}

static cJSON *with_text(cJSON *report, const char *field, const char *text)
{
    if (text != NULL) cJSON_AddStringToObject(report, field, text);
    return report;
}

static cJSON *event(const char *name)
{
    return with_text(cJSON_CreateObject(), "event", name);
}

void report_joined(const char *id, const char *room)
{
    print(with_text(with_text(event("joined"), "id", id), "room", room));
}

void report_peer(const char *peer, const char *state)
{
    print(with_text(with_text(event("peer"), "peer", peer), "state", state));
}

void report_left(const char *peer)
{
    print(with_text(event("left"), "peer", peer));
}

void report_received(const char *peer, const char *kind, unsigned count)
{
    cJSON *report = with_text(with_text(event("received"), "peer", peer), "kind", kind);
    cJSON_AddNumberToObject(report, "count", count);
    print(report);
}

void report_message(const char *peer, const char *text)
{
    print(with_text(with_text(event("message"), "peer", peer), "text", text));
}

void report_rejected(const char *code, const char *message)
{
    print(with_text(with_text(event("rejected"), "code", code), "message", message));
}

void report_error(const char *peer, const char *message)
{
    print(with_text(with_text(event("error"), "peer", peer), "message", message));
}
