#include <gst/gst.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "signaling.h"

static gboolean gather;
static char *token;
static char *name;
static int ping_timeout_s = 30;

static const GOptionEntry options[] = {
    {"gather", 'g', 0, G_OPTION_ARG_NONE, &gather, "Send and accept candidates only inside descriptions", NULL},
    {"token", 't', 0, G_OPTION_ARG_STRING, &token, "The token for the server's authorize function", "TOKEN"},
    {"name", 'n', 0, G_OPTION_ARG_STRING, &name, "The name of the device in the meeting", "NAME"},
    {"ping-timeout", 'p', 0, G_OPTION_ARG_INT, &ping_timeout_s,
     "Reconnect after this time without a message or pong, 2 to 3600 (default: 30)", "SECONDS"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
};

static void on_signal(int number)
{
    (void)number;
    signaling_stop();
}

static void add_parameter(GString *address, const char *name, const char *value)
{
    if (value == NULL) return;
    g_string_append_printf(address, "%c%s=", strchr(address->str, '?') == NULL ? '?' : '&', name);
    g_string_append_uri_escaped(address, value, NULL, TRUE);
}

/* Reads the command line. NULL if it is invalid: the reason is on the standard error. */
static char *read_address(int argc, char **argv)
{
    GOptionContext *context = g_option_context_new("ws://HOST/device ROOM");
    GError *error = NULL;
    GString *address;

    g_option_context_set_summary(context,
                                 "A device without a camera that sends a test video to a room of a sig server.");
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 3 || ping_timeout_s < 2 ||
        ping_timeout_s > 3600) {
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
    static const SignalingEvents events = {.on_message = device_receive,
                                           .on_disconnected = device_disconnected,
                                           .exit_message = "{\"type\":\"exit\"}"};
    const struct sigaction action = {.sa_handler = on_signal};
    char *address = read_address(argc, argv);
    SignalingEnd end;

    if (address == NULL) return 2;
    gst_init(NULL, NULL);
    device_init(gather);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    end = signaling_run(address, (unsigned)ping_timeout_s, &events);
    /* Does not print the address: it may contain a token. */
    if (end == SIGNALING_INVALID_ADDRESS)
        fprintf(stderr, "Invalid address: expected a WebSocket address, for example ws://localhost:3000/device.\n");
    device_free();
    gst_deinit();
    g_free(address);
    return end == SIGNALING_LEFT ? 0 : 1;
}
