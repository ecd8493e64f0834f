// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <stdio.h>
#include <string.h>

/// What a sentence of the plugin's calls a command, and is a button here
static const char command[] = "\"backline ";

/// The same where the service owes what was paid for
static const char again[] = "ask for it again (\"backline resume\")";

/// Next steps in the window's own terms, where the plugin's name a command
static const char*
own_step(const BlModelTrouble* const trouble)
{
  const bool owed = trouble->job && trouble->job->msg.task[0];
  switch (trouble->error) {
    case BL_NO_KEY:
      return owed ? "Enter a key, then press Resume: that costs nothing."
                  : "Enter a key, or choose the local band.";
    case BL_AUTH:
      return owed ? "Enter a valid key, then press Resume: that costs nothing."
                  : "Enter a valid key, then ask for it again.";
    case BL_UNSURE:
      return "Look at your credits on the service's site. Where it shows the "
             "task, paste its id; to send it again may cost twice.";
    case BL_CONFLICT:
      return "Look at the task on the service's site.";
    case BL_STALE:
      return "If it is still wanted, ask for it again.";
    case BL_CANCELLED:
      return owed ? "Resume still fetches what it made."
                  : "Where its site shows the task, paste its id.";
    default:
      return owed ? "Press Resume: that costs nothing." : "";
  }
}

/// Somebody asked for the same before: what became of that
static void
conflict_text(const BlModelTrouble* const trouble, char text[BL_MESSAGE_BYTES])
{
  const BlModelJob* const job = trouble->job;
  const char* const       next =
    trouble->shown == BL_SHOWN_DONE ? "It is in that result's menu."
          : bl_model_job_runs(job)        ? "It is being made."
          : trouble->shown == BL_SHOWN_UNSURE
            ? "Nobody knows whether it was accepted: where the service's site shows "
              "the task, paste its id; to send it again may cost twice."
          : job->msg.task[0] ? "Press Resume to go on with it, at no further price."
                             : "To try it again may cost again.";
  snprintf(text, BL_MESSAGE_BYTES, "This was asked for before (job %d). %s",
           job->msg.job, next);
}

/// Its sentences up to the first that names a command
static size_t
before_command(const char* const message)
{
  const char* const at   = strstr(message, command);
  const char*       from = at ? at : message;
  while (from > message &&
         (from - message < 2 || (strncmp(from - 2, ". ", 2) != 0 &&
                                 strncmp(from - 2, ": ", 2) != 0))) {
    --from;
  }
  return (size_t)(from - message);
}

void
bl_view_trouble_text(const BlModelTrouble* const trouble,
                     char                        text[BL_MESSAGE_BYTES])
{
  const char* const said = trouble->message;
  const char* const at   = strstr(said, command);
  const char* const owed = strstr(said, again);
  if (trouble->error == BL_CONFLICT && trouble->job &&
      said != trouble->job->msg.message) {
    conflict_text(trouble, text);
  } else if (owed && at > owed) { // No command stands before it
    snprintf(text, BL_MESSAGE_BYTES, "%.*s%s%s", (int)(owed - said), said,
             "press Resume", owed + sizeof(again) - 1u);
  } else if (at) {
    const size_t kept = before_command(said); // Ends with a dot or a colon
    snprintf(text, BL_MESSAGE_BYTES, "%.*s%s%s",
             (int)(kept > 2u ? kept - 2u : 0u), said, kept > 2u ? ". " : "",
             own_step(trouble));
  } else {
    snprintf(text, BL_MESSAGE_BYTES, "%s", said);
  }
}

/// True where it has ended without all that was asked for
static bool
is_over(const BlModelTrouble* const trouble)
{
  return trouble->shown == BL_SHOWN_FAILED ||
         trouble->shown == BL_SHOWN_CANCELLED ||
         trouble->shown == BL_SHOWN_UNSURE;
}

bool
bl_view_can_claim(const BlModelTrouble* const trouble)
{
  const BlModelJob* const job = trouble->job;
  return job && !job->msg.task[0] && is_over(trouble) &&
         (trouble->shown == BL_SHOWN_UNSURE ||
          strstr(job->msg.message, "--task-id"));
}

/// Refused for what it asks for: the same would be refused again.  Generate
/// sends what is set now.  A paid service may owe what it has accepted
static bool
is_refused_wish(const BlModelTrouble* const trouble)
{
  const BlModelJob* const job   = trouble->job;
  const char* const       local = bl_service_names[BL_SERVICE_LOCAL];
  const bool              content =
    trouble->error == BL_BAD_FIELD || trouble->error == BL_REFUSED ||
    trouble->error == BL_TOO_LONG || trouble->error == BL_SENSITIVE;
  return content && job && !job->msg.of_job &&
         trouble->shown == BL_SHOWN_FAILED &&
         (!job->msg.task[0] || !strcmp(job->msg.service, local));
}

/// What has been accepted is fetched at no further price, wherever it went
static bool
is_resumed(const BlModelTrouble* const trouble)
{
  return trouble->job && trouble->job->msg.task[0] && is_over(trouble) &&
         trouble->shown != BL_SHOWN_UNSURE && !is_refused_wish(trouble);
}

static const char resume[] = "Resume";

bool
bl_view_can_resume(const BlModel* const        model,
                   const BlModelTrouble* const trouble)
{
  return is_resumed(trouble) &&
         strcmp(bl_view_action_text(model, trouble), resume) != 0;
}

const char*
bl_view_action_text(const BlModel* const        model,
                    const BlModelTrouble* const trouble)
{
  const BlModelJob* const job = trouble->job;
  switch (trouble->error) {
    case BL_NO_KEY:
    case BL_KEY_EXPOSED:
    case BL_AUTH:
      return "Enter a key\u2026";
    case BL_BAD_CONFIG:
    case BL_NO_SERVICE:
      return "Show config.json";
    case BL_DISK_FULL:
    case BL_NO_ACCESS:
    case BL_BAD_FILE:
      return "Open the folder";
    default:
      break;
  }
  if (is_resumed(trouble)) {
    return resume;
  }
  // Paid anew, at the job's own service: where another is chosen now, Generate
  // says with which, and for how much
  if (!job || !is_over(trouble) || is_refused_wish(trouble) ||
      !bl_model_is_of_service(model, job)) {
    return "";
  }
  return trouble->shown == BL_SHOWN_UNSURE ? "Send it again" : "Try again";
}
