"""A local messenger that speaks the Bot API: for rehearsals by hand (the page at `/`) and for tests.

Start it: `python -m bot.sandbox --port 8081 --state x.db`, or in a test

    server = create_server(Settings(port=port), signals=False)    # bot.sandbox.server / bot.sandbox.settings
    task = asyncio.create_task(server.serve())       # until `server.started`; `server.should_exit = True` ends it

Bot side   http://127.0.0.1:8081/bot<token>/<method> and /file/bot<token>/<path>; any token of the form `\\d+:.+`.
           python-telegram-bot: `.base_url("http://127.0.0.1:8081/bot").base_file_url("http://127.0.0.1:8081/file/bot")`.

Control side, JSON in and out; errors are 4xx with {"error": text}:

  PUT  /sandbox/people                [{"id", "name", "role", "post", "unit", "hint", "start"?, "started"?}]
                                      replaces the list; `started`: the bot may write to them already
  GET  /sandbox/people                {"bot", "people": [{…, "unread", "started", "blocked", "last"}], "groups": […]}
  GET  /sandbox/chats/ID              person, keyboard, commands (the "/" menu), group members
  GET  /sandbox/chats/ID/messages     ?after=MESSAGE_ID &after_revision=N -> {"messages": [Message+outgoing, revision]}
  POST /sandbox/chats/ID/send         {"text", "reply_to_message_id"?, "from"? (group)} or {"start": CODE} or
                                      {"file": {"name", "base64", "mime"?}, "kind": document|photo|sticker, "caption"?}
                                      or multipart with part `file`; {"kind": "photo"} alone sends a tiny picture
                                      -> {"message", "update_id"} (update_id null: the bot does not hear it)
  POST /sandbox/chats/ID/press        {"message_id", "data", "wait"?: seconds}
                                      -> {"update_id", "callback_query_id", "answered", "text", "show_alert", "url"}
  POST /sandbox/chats/ID/edit         {"message_id", "text"} -> {"message", "update_id"}
  POST /sandbox/chats/ID/read|block|unblock
  POST /sandbox/groups                {"id": -1, "title", "members": [ids]}
  GET  /sandbox/calls                 ?after=SEQ &method= &chat_id= -> {"calls": [{"seq", "method", "params", "ok", …}]}
  GET  /sandbox/updates               what waits for the bot: {"updates", "count"}
  GET|POST|DELETE /sandbox/faults     {"kind": flood|forbidden|server_error|bad_request|timeout|reset|latency|outage,
                                      "method"?, "chat_id"?, "count"?, "seconds"?, "lasts"?, "retry_after"?, "code"?}
                                      `count` calls (null: until taken back), or all calls for `lasts` seconds;
                                      DELETE ?id=N takes one back, without it all
  GET|POST /sandbox/clock             {"now", "rehearsal", "connected", "busy", "stops"}; POST {"to": key or ISO time}
  GET  /sandbox/events                server-sent events: message, edited, deleted, typing, answer, read, people,
                                      commands, clock, faults

The package imports nothing of the bot.
"""

from __future__ import annotations
