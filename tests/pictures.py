"""`python -m tests.pictures`: take the README's pictures, of a deployed function after a day."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from local.console.exchange import Console
from local.emulator.sync_tasks import AfterSeconds, Course, Failed
from local.rehearse.play import Player
from local.rehearse.script import DAY, week
from local.rehearse.stage import stage
from tests.local.chromium import PATIENCE_MILLISECONDS, browser

if TYPE_CHECKING:
    from local.rehearse.stage import Stage

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
REPORTS_EVERY_SECONDS = 4 * 3600
PAGE_SIZE = {"width": 1280, "height": 890}
E_MAIL_SIZE = {"width": 780, "height": 890}
SEED = 1


def play_a_day(played: Stage) -> None:
    """Let a day of ticks, messages and faults go by; then a vault whose syncs fail comes along."""
    begin = played.clock.now()
    player = Player(played, lambda _: None)
    player.play(week(begin, 1, SEED, played.attempts), begin + DAY)
    played.cloud.cbr().add_vault(
        "branch-office",
        course=Course(
            AfterSeconds(240), Failed("BackupService.2100", "The bucket cannot be read.")
        ),
    )
    player.play([], played.clock.now() + REPORTS_EVERY_SECONDS)


def take(page: Any) -> None:
    """Take a picture of the page, and one of the latest e-mail on it."""
    page.get_by_label("The last", exact=True).select_option("24 hours")
    e_mail = page.locator("article.email").first
    e_mail.wait_for()
    write("page.png", page.screenshot())
    page.set_viewport_size(E_MAIL_SIZE)
    page.locator(".readers").first.evaluate("readers => readers.style.display = 'block'")
    e_mail.evaluate("article => article.style.padding = '1rem'")
    e_mail.locator("pre").evaluate("text => text.style.maxHeight = 'none'")
    write("e-mail.png", e_mail.screenshot())


def write(name: str, picture: bytes) -> None:
    """Write a picture with the 256 colours that are nearest to its own."""
    from PIL import Image  # noqa: PLC0415 - not everywhere

    file = PICTURES / name
    Image.open(BytesIO(picture)).convert("RGB").quantize(dither=Image.Dither.NONE).save(
        file, optimize=True
    )
    typer.echo(f"{file.relative_to(PICTURES.parents[1])}: {file.stat().st_size / 1000:.0f} KB")


def main() -> int:
    """Take the pictures; return the exit status, 2 where there is no browser to take them with."""
    PICTURES.mkdir(exist_ok=True)
    try:
        with browser() as started, stage(notice=typer.echo, page=Console) as played:
            typer.echo("A day goes by ...")
            play_a_day(played)
            page = started.new_page(viewport=PAGE_SIZE, color_scheme="light")
            page.set_default_timeout(PATIENCE_MILLISECONDS)
            page.goto(played.url)
            take(page)
    except pytest.skip.Exception as reason:
        typer.echo(f"The pictures cannot be taken: {reason}", err=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
