"""The page in a real browser, on a phone's width and on a desk's: what a person sees and does."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.messenger import LI, PEOPLE, STRANGER, WANG, Messenger, free_port, running
from tests.sandbox.test_sandbox_webhook import Rehearsal, serving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AT_END = (
    "() => { const it = document.querySelector('#flow'); return it.scrollHeight - it.scrollTop - it.clientHeight < 2; }"
)
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
KEYS = {
    "inline_keyboard": [
        [
            {"text": "签收", "callback_data": "ack:1"},
            {"text": "绑定", "url": "https://t.me/baton_sandbox_bot?start=C-9"},
        ]
    ]
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="NO BROWSER: install chromium (or set CHROMIUM) to test the page"),
]


class Desk:
    """A messenger with the page open in a browser."""

    def __init__(self, messenger: Messenger, page: Any, wide: bool) -> None:
        self.messenger, self.page, self.wide = messenger, page, wide
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    async def open(self, person: int) -> None:
        """Goes to a chat as a person would: by the list."""
        await self.page.goto(self.messenger.url)
        await self.page.locator(f'.person[data-id="{person}"]').click()
        await self.page.locator("#phone").wait_for()

    async def push(self, text: str, chat: int = LI, **more: Any) -> int:
        return int((await self.messenger.result("sendMessage", chat_id=chat, text=text, **more))["message_id"])

    def bubble(self, text: str) -> Any:
        return self.page.locator(".msg .bubble", has_text=text)

    async def say(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#send").click()


@pytest.fixture(params=SIZES)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    from playwright.async_api import async_playwright

    width, height = SIZES[request.param]
    wide = request.param == "desk"
    async with running() as messenger, async_playwright() as playwright:
        await messenger.put_people(PEOPLE)
        await messenger.send(LI, "/start CODE-1")
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(
            viewport={"width": width, "height": height}, has_touch=not wide, is_mobile=not wide
        )
        context.set_default_timeout(8000)
        page = await context.new_page()
        desk = Desk(messenger, page, wide)
        yield desk
        await browser.close()
        assert desk.errors == []


async def test_list_shows_people_by_role_with_unread_counts(desk: Desk) -> None:
    await desk.push("一")
    await desk.page.goto(desk.messenger.url)
    line = desk.page.locator(f'.person[data-id="{LI}"]')
    assert await line.locator(".badge").inner_text() == "1"
    assert await desk.page.locator(".role > span").all_inner_texts() == ["区领导", "联络员", "未登记的人"]
    await desk.push("<b>二</b>", parse_mode="HTML")
    await desk.page.locator(f'.person[data-id="{LI}"] .badge', has_text="2").wait_for()
    assert "二" in await line.inner_text()
    await desk.page.locator("#only-unread").click()
    await desk.page.locator(f'.person[data-id="{WANG}"]').wait_for(state="detached")
    await desk.page.locator("#only-unread").click()
    await desk.page.locator("#search").fill("常务")
    await line.wait_for(state="detached")
    assert await desk.page.locator(".person").count() == 1
    width = await desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES["desk" if desk.wide else "phone"][0]


async def test_sending_and_receiving(desk: Desk) -> None:
    await desk.open(LI)
    await desk.say("投资\n怎么样")
    await desk.bubble("怎么样").wait_for()
    update = (await desk.messenger.result("getUpdates"))[-1]
    assert update["message"]["text"] == "投资\n怎么样"
    await desk.messenger.result("sendChatAction", chat_id=LI, action="typing")
    await desk.page.locator("#head-sub.typing").wait_for()
    await desk.push("固定资产投资 严重")
    await desk.bubble("固定资产投资").wait_for()
    await asyncio.sleep(0.3)
    people = (await desk.messenger.get("people"))["people"]
    assert people[0]["unread"] == 0
    if not desk.wide:
        assert not await desk.page.locator("#people").is_visible()
        await desk.page.locator("#back").click()
    assert await desk.page.locator(f'.person[data-id="{LI}"]').is_visible()


async def test_a_chat_opens_where_reading_stopped(desk: Desk) -> None:
    await desk.push("读过的")
    await desk.open(LI)
    await desk.page.reload()
    await desk.page.goto("about:blank")
    await desk.push("第一条未读\n" + "很长\n" * 60)
    await desk.push("第二条未读\n" + "很长\n" * 60)
    await desk.open(LI)
    top = await desk.page.locator("#flow").bounding_box()
    first = await desk.bubble("第一条未读").bounding_box()
    assert top is not None
    assert first is not None
    assert 0 <= first["y"] - top["y"] < 80


async def test_press_shows_the_answer(desk: Desk) -> None:
    number = await desk.push("预警单 2026-017", reply_markup=KEYS)
    await desk.open(LI)
    for alert in (False, True):
        await desk.page.locator(".key", has_text="签收").click()
        query = (await desk.messenger.result("getUpdates", timeout=5))[-1]
        await desk.messenger.result("getUpdates", offset=query["update_id"] + 1)
        answer = {"callback_query_id": query["callback_query"]["id"], "text": "已签收", "show_alert": alert}
        await desk.messenger.result("answerCallbackQuery", **answer)
        await desk.page.locator("#alert" if alert else "#toast", has_text="已签收").wait_for()
    await desk.page.locator("#alert-ok").click()
    await desk.messenger.result("editMessageText", chat_id=LI, message_id=number, text="预警单 2026-017 已签收")
    await desk.page.locator(".msg.theirs .meta", has_text="已编辑").wait_for()
    assert await desk.page.locator(".key").count() == 0


async def test_link_to_the_bot_starts_it(desk: Desk) -> None:
    await desk.push("请绑定", reply_markup=KEYS)
    await desk.open(LI)
    await desk.page.locator("a.key", has_text="绑定").click()
    await desk.bubble("/start C-9").wait_for()


async def test_tap_a_message_to_reply_and_an_own_one_to_correct(desk: Desk) -> None:
    push = await desk.push("10月数据请于25日前报送")
    await desk.open(LI)
    await desk.bubble("10月数据").click(position={"x": 60, "y": 12})
    assert "10月数据" in await desk.page.locator("#context-text").inner_text()
    await desk.say("固定资产投资 98.6亿")
    quote = desk.page.locator(".mine .quote")
    await quote.wait_for()
    assert "10月数据" in await quote.inner_text()
    await desk.page.locator(".mine .text", has_text="98.6").click()
    await desk.page.locator("#context-edit").click()
    assert await desk.page.locator("#text").input_value() == "固定资产投资 98.6亿"
    await desk.say("固定资产投资 98.7亿")
    await desk.page.locator(".mine .meta", has_text="已编辑").wait_for()
    sent, edited = (await desk.messenger.result("getUpdates"))[-2:]
    assert sent["message"]["reply_to_message"]["message_id"] == push
    assert edited["edited_message"]["text"] == "固定资产投资 98.7亿"


async def test_first_contact_shows_the_hint_and_start(desk: Desk) -> None:
    await desk.open(STRANGER)
    assert not await desk.page.locator("#write").is_visible()
    people = [{**PEOPLE[2], "hint": "邀请码 /start CODE-7"}]
    await desk.messenger.put_people([*PEOPLE[:2], *people])
    await desk.page.reload()
    await desk.page.locator(".empty .hint", has_text="CODE-7").wait_for()
    await desk.page.locator("#start").click()
    await desk.bubble("/start CODE-7").wait_for()
    await desk.page.locator("#write").wait_for()


async def test_menu_of_commands(desk: Desk) -> None:
    commands = [{"command": "mine", "description": "我的指标"}, {"command": "board", "description": "计分牌"}]
    await desk.messenger.result("setMyCommands", commands=commands)
    await desk.open(LI)
    await desk.page.locator("#slash").click()
    assert await desk.page.locator("#menu button").count() == 2
    await desk.page.locator("#text").fill("/b")
    await desk.page.locator("#menu button", has_text="计分牌").click()
    await desk.bubble("/board").wait_for()


async def test_text_of_people_and_bot_is_never_markup(desk: Desk) -> None:
    nasty = "<img src=x onerror=alert(1)><script>document.title='x'</script>"
    await desk.messenger.put_people([{**PEOPLE[0], "name": nasty, "hint": nasty}])
    await desk.messenger.send(LI, nasty)
    rich = "<b>粗<i>斜</i></b><blockquote>引</blockquote><pre>码</pre><a href='javascript:alert(1)'>坏</a>"
    await desk.push(rich + " https://x.cn", parse_mode="HTML")
    await desk.open(LI)
    await desk.bubble("<script>").first.wait_for()
    assert await desk.page.locator(".flow img[src='x'], .flow script, .people img, .about img").count() == 0
    assert await desk.page.locator(".text b i").inner_text() == "斜"
    assert await desk.page.locator(".text blockquote").inner_text() == "引"
    assert await desk.page.locator(".text a").get_attribute("href") == "https://x.cn"


async def test_files_both_ways(desk: Desk, tmp_path: Path) -> None:
    await desk.open(LI)
    evidence = tmp_path / "佐证.pdf"
    evidence.write_bytes(b"%PDF-1.7 evidence")
    await desk.page.locator("#file").set_input_files(evidence)
    await desk.page.locator(".document", has_text="佐证.pdf").wait_for()
    async with desk.page.expect_download() as download:
        await desk.page.locator(".document").click()
    saved = await (await download.value).path()
    assert Path(saved).read_bytes() == b"%PDF-1.7 evidence"
    await desk.page.locator("#more summary").click()
    await desk.page.locator("#send-photo").click()
    await desk.page.locator(".photo img").wait_for()
    last = (await desk.messenger.result("getUpdates"))[-1]["message"]
    assert "photo" in last
    assert "caption" not in last


async def test_link_to_a_chat_and_blocking(desk: Desk) -> None:
    await desk.page.goto(f"{desk.messenger.url}/#chat={LI}")
    await desk.page.locator("#head-name", has_text="李明").wait_for()
    await desk.page.locator("#more summary").click()
    await desk.page.locator("#toggle-block").click()
    await desk.page.locator("#head-sub", has_text="已屏蔽").wait_for()
    assert (await desk.messenger.bot("sendMessage", chat_id=LI, text="x"))["error_code"] == 403


async def test_many_people_and_a_long_chat_stay_usable(desk: Desk) -> None:
    crowd = [{"id": 2000 + n, "name": f"同志{n}", "role": "contact", "post": f"单位{n}联络员"} for n in range(76)]
    await desk.messenger.put_people([*PEOPLE, *crowd])
    for number in range(60):
        await desk.push(f"第 {number} 条 " + "长" * 200)
    await desk.open(LI)
    last = desk.bubble("第 59 条")
    await last.wait_for()
    await desk.page.locator("#down").click()
    await desk.page.wait_for_function(AT_END)
    box = await last.bounding_box()
    assert box["y"] + box["height"] <= SIZES["desk" if desk.wide else "phone"][1]
    await desk.page.locator("#flow").evaluate("flow => flow.scrollTo(0, 0)")
    await desk.page.locator("#down").click()
    await desk.page.locator("#down").wait_for(state="hidden")


async def test_what_arrived_last_is_beside_the_list(desk: Desk) -> None:
    await desk.push("调度提醒")
    await desk.page.goto(desk.messenger.url)
    arrival = desk.page.locator(".arrival", has_text="调度提醒")
    await arrival.wait_for(state="visible" if desk.wide else "hidden")
    if desk.wide:
        await arrival.click()
        await desk.page.locator("#head-name", has_text="李明").wait_for()
        assert "CODE-1" in await desk.page.locator("#about").inner_text()
    assert await desk.page.locator("#clock-note").inner_text() == "真实时间"


async def test_clock_jump_is_busy_and_then_tells_what_arrived() -> None:
    from playwright.async_api import async_playwright

    rehearsal = Rehearsal()

    async def endpoint(request: Request) -> Response:
        return await rehearsal(request)

    app = Starlette(routes=[Route("/clock", endpoint, methods=["GET", "POST"])])
    async with serving(app, free_port()) as url, running(clock_upstream=f"{url}/clock") as messenger:
        await messenger.put_people(PEOPLE)
        await messenger.send(LI, "/start")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = await browser.new_page()
            page.set_default_timeout(8000)
            await page.goto(messenger.url)
            await page.locator("#clock-date", has_text="11月20日").wait_for()
            await page.locator("[data-stop=day_25]").click()
            await page.locator("#clock.busy").wait_for()
            assert await page.locator("[data-stop=day_25]").is_disabled()
            await messenger.result("sendMessage", chat_id=LI, text="今天截止")
            await page.locator("#toast", has_text="送达 1 条").wait_for()
            await page.locator("#clock-date", has_text="11月25日").wait_for()
            assert await page.locator("[data-stop=day_25]").is_enabled()
            await browser.close()


async def test_trouble_is_made_seen_and_taken_back(desk: Desk) -> None:
    await desk.open(LI)
    await desk.page.locator("#trouble").click()
    await desk.page.locator("#faults-kinds label", has_text="限流").click()
    await desk.page.locator("#faults-span").select_option("5")
    await desk.page.locator("#faults-chat").select_option(str(LI))
    await desk.page.locator("#faults-go").click()
    line = desk.page.locator(".fault", has_text="限流 429")
    assert "还有5次" in await line.inner_text()
    refused = await desk.messenger.bot("sendMessage", chat_id=LI, text="一")
    assert refused["parameters"] == {"retry_after": 5}
    await desk.page.locator(".fault", has_text="还有4次").wait_for()
    await desk.page.locator("#faults-kinds label", has_text="断网").click()
    await desk.page.locator("#faults-go").click()
    await desk.page.locator("#trouble-count", has_text="2").wait_for()
    width = await desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES["desk" if desk.wide else "phone"][0]
    await desk.page.locator(".faults .all").click()
    await desk.page.locator(".fault").first.wait_for(state="detached")
    await desk.page.locator("#faults-close").click()
    assert (await desk.messenger.get("faults"))["faults"] == []
    assert (await desk.messenger.result("sendMessage", chat_id=LI, text="二"))["text"] == "二"
