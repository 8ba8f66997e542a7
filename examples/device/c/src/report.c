#include "report.h"

#include <stdio.h>

static cJSON *event(const char *name)
{
    cJSON *report = cJSON_CreateObject();
    cJSON_AddStringToObject(report, "event", name);
    return report;
}

static void add(cJSON *report, const char *field, const char *text)
{
    if (text != NULL) cJSON_AddStringToObject(report, field, text);
}

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

void report_joined(const char *id, const char *room)
{
    cJSON *report = event("joined");
    add(report, "id", id);
    add(report, "room", room);
    print(report);
}

void report_peer(const char *peer, const char *state)
{
    cJSON *report = event("peer");
    add(report, "peer", peer);
    add(report, "state", state);
    print(report);
}

void report_left(const char *peer)
{
    cJSON *report = event("left");
    add(report, "peer", peer);
    print(report);
}

void report_received(const char *peer, const char *kind, unsigned count)
{
    cJSON *report = event("received");
    add(report, "peer", peer);
    add(report, "kind", kind);
    cJSON_AddNumberToObject(report, "count", count);
    print(report);
}

void report_message(const char *peer, const char *text)
{
    cJSON *report = event("message");
    add(report, "peer", peer);
    add(report, "text", text);
    print(report);
}

void report_rejected(const char *code, const char *message)
{
    cJSON *report = event("rejected");
    add(report, "code", code);
    add(report, "message", message);
    print(report);
}

void report_error(const char *peer, const char *message)
{
    cJSON *report = event("error");
    add(report, "peer", peer);
    add(report, "message", message);
    print(report);
}
