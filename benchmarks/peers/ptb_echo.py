"""The bare library: python-telegram-bot with its default settings, echoing. BOT_TOKEN, BOT_API_URL."""

from __future__ import annotations

import os

from telegram.ext import Application, MessageHandler, filters


async def echo(update, _context):
    await update.message.reply_text(update.message.text)


application = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(os.environ["BOT_API_URL"] + "/bot").build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
