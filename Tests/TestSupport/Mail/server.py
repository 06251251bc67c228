"""A mail server on this machine that takes mail, and misbehaves when it is told to.

Usage: server.py LOG [--certificate FILE KEY] [--user NAME PASSWORD] [--only MECHANISM] [--silent]

Prints its port, then serves until its standard input ends. Each mail that was taken is a line of LOG: the recipient and
the Message-ID. The recipient's name says what becomes of a mail: 'reject…' is refused for ever, 'spam…' too, but only once its
text is there, 'grey…' is put off, 'cut…' loses its connection inside of the text, 'late…' is taken and loses it before the
answer. The sender 'nobody…' may not send. A silent server says nothing.
"""

import argparse
import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("log")
options.add_argument("--certificate", nargs=2)
options.add_argument("--user", nargs=2)
options.add_argument("--only")
options.add_argument("--silent", action="store_true")
options = options.parse_args()


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, _):
        if address.startswith("nobody"):
            return "553 5.7.1 You may not send as this"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, _):
        if address.startswith("reject"):
            return "550 5.1.1 There is no such person"
        if address.startswith("grey"):
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.6.0 We do not like what it says"
        lines = envelope.content.decode().splitlines()
        key = next(line.split(" ", 1)[1] for line in lines if line.startswith("Message-ID: "))
        with open(options.log, "a") as log:
            log.write(f"{envelope.rcpt_tos[0]} {key}\n")
        if envelope.rcpt_tos[0].startswith("late"):
            server.transport.abort()
        return "250 OK"


class Server(SMTP):
    async def smtp_DATA(self, arg):
        if self.envelope.rcpt_tos and self.envelope.rcpt_tos[0].startswith("cut"):
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


class Silent(asyncio.Protocol):
    pass


def signs_in(server, session, envelope, mechanism, data):
    shown = [data.login.decode(), data.password.decode()]
    return AuthResult(success=shown == options.user, handled=False)


def protocol():
    if options.silent:
        return Silent()
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.certificate)
    others = {"LOGIN", "PLAIN"} - {options.only} if options.only else None
    return Server(
        Handler(),
        hostname="localhost",
        tls_context=context,
        require_starttls=context is not None,
        authenticator=signs_in if options.user else None,
        auth_required=options.user is not None,
        auth_exclude_mechanism=others,
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(serve())
