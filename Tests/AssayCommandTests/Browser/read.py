"""Reads the desk in headless Chromium as a person does: searches, opens, saves, follows, runs, reads a verdict.

Usage: read.py BROWSER ADDRESS PROFILE_FOLDER    Prints one line a step; fails at the first that does not work.
"""

import asyncio
import itertools
import json
import subprocess
import sys
import time
import urllib.request

import websockets

browser, address, profile = sys.argv[1:]


class Page:
    def __init__(self, socket):
        self.socket, self.numbers = socket, itertools.count(1)

    async def call(self, method, **parameters):
        number = next(self.numbers)
        await self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(await asyncio.wait_for(self.socket.recv(), 30))
            if answer.get("id") == number:
                return answer.get("result", {})

    async def value(self, script):
        result = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return result.get("result", {}).get("value")

    async def until(self, script, what, seconds=30):
        """Waits until a script's value is true on the page that is there then."""
        end = time.time() + seconds
        while time.time() < end:
            if await self.value(script):
                print(what, flush=True)
                return
            await asyncio.sleep(0.1)
        text = await self.value("document.body.innerText.slice(0, 400)")
        raise SystemExit(f"not reached: {what}\n{text}")

    async def click(self, label):
        script = f"[...document.querySelectorAll('button')].find(b => b.textContent === {json.dumps(label)}).click()"
        await self.value(script)


async def read():
    process = subprocess.Popen(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         f"--user-data-dir={profile}", "--window-size=390,844", address],
        stderr=subprocess.PIPE, text=True)
    try:
        port = None
        for line in process.stderr:
            if "DevTools listening on" in line:
                port = line.split(":")[2].split("/")[0]
                break
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        target = next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"]
        async with websockets.connect(target, max_size=1 << 26) as socket:
            page = Page(socket)
            has = "document.body && document.body.innerText.includes"
            await page.until(f"{has}('in the catalogue')", "today")
            await page.value("document.querySelector('input[type=search]').value = 'sparse softmax alternative'; "
                             "document.querySelector('header form').submit()")
            await page.until(f"{has}('From Softmax to Sparsemax')", "found")
            await page.value("[...document.querySelectorAll('.papers a')].find(a => a.textContent.includes('Gram') || a.textContent.includes('Sparsemax')).click()")
            await page.until("location.pathname === '/paper/sparsemax'", "opened")
            wide = await page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, f"the page is {wide} pixels wider than a phone"
            await page.click("Save")
            await page.until(f"{has}('Saved ✓')", "saved")
            # The same page comes back: going on before it does would take the click back.
            await page.value("window.isOld = true")
            await page.click("Follow papers like this")
            await page.until("!window.isOld && document.readyState === 'complete'", "followed")
            await page.call("Page.navigate", url=address + "following")
            await page.until(f"{has}('papers like')", "following")
            await page.call("Page.navigate", url=address + "paper/gram-iteration")
            await page.until("document.querySelectorAll('.claim').length >= 5", "evidence shown")
            await page.click("Run it, small")
            await page.until(f"{has}('finished:')", "run", seconds=120)
            await page.until(f"{has}('supported')", "verdict")
    finally:
        process.kill()


asyncio.run(read())
