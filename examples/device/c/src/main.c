#include <gst/gst.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "signaling.h"

static gboolean gather;
static char *token;
static char *name;
static int silence_s = 30;

static const GOptionEntry options[] = {
    {"gather", 'g', 0, G_OPTION_ARG_NONE, &gather, "Take and send no candidates but those in descriptions", NULL},
    {"token", 't', 0, G_OPTION_ARG_STRING, &token, "For a server that asks who may join", "TOKEN"},
    {"name", 'n', 0, G_OPTION_ARG_STRING, &name, "What the others call the device", "NAME"},
    {"silence", 's', 0, G_OPTION_ARG_INT, &silence_s, "After so long without a sign of life it connects again; 30 unless given", "SECONDS"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

static void on_signal(int number)
{
    (void)number;
    signaling_stop();
}

static void add_parameter(GString *address, const char *field, const char *value)
{
    if (value == NULL) return;
    g_string_append_printf(address, "%c%s=", strchr(address->str, '?') == NULL ? '?' : '&', field);
    g_string_append_uri_escaped(address, value, NULL, TRUE);
}

/* The command line; NULL, with the reason on the standard error, where it makes no sense. */
static char *read_address(int argc, char **argv)
{
    GOptionContext *context = g_option_context_new("ws://HOST/device ROOM");
    GError *error = NULL;
    GString *address;

    g_option_context_set_summary(context, "A device with a picture and no camera, for a room of a sig server.");
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 3 || silence_s < 2 || silence_s > 3600) {
        char *help = g_option_context_get_help(context, TRUE, NULL);
        fprintf(stderr, "%s%s%s", error != NULL ? error->message : "", error != NULL ? "\n\n" : "", help);
        g_free(help);
        g_clear_error(&error);
        g_option_context_free(context);
        return NULL;
    }
    g_option_context_free(context);
    address = g_string_new(argv[1]);
    add_parameter(address, "room", argv[2]);
    add_parameter(address, "gather", gather ? "1" : NULL);
    add_parameter(address, "token", token);
    add_parameter(address, "name", name);
    return g_string_free(address, FALSE);
}

int main(int argc, char **argv)
{
    static const SignalingEvents events = {.heard = device_heard, .lost = device_lost, .goodbye = "{\"type\":\"exit\"}"};
    const struct sigaction action = {.sa_handler = on_signal};
    char *address = read_address(argc, argv);
    SignalingEnd end;

    if (address == NULL) return 2;
    gst_init(NULL, NULL);
    device_init(gather);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    end = signaling_run(address, (unsigned)silence_s, &events);
    /* The address itself may have a token in it. */
    if (end == SIGNALING_NO_ADDRESS) fprintf(stderr, "The first argument has to be the address of a WebSocket, as ws://localhost:3000/device.\n");
    device_free();
    gst_deinit();
    g_free(address);
    return end == SIGNALING_LEFT ? 0 : 1;
}
