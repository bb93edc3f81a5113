"""Starts the demo and the sample shop, and ends both together: `make demo-embed`."""

import argparse
import signal
import subprocess
import sys
import time
from pathlib import Path

SHARED = Path("var/demo/vendor.json")  # what the demo tells the shop: addresses and embed keys


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--shop-port", type=int, default=8060)
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    SHARED.unlink(missing_ok=True)
    shop = f"http://localhost:{options.shop_port}"
    processes = [start("dashapp", "demo", "--port", str(options.port), "--vendor", shop)]
    try:
        while not SHARED.exists() and processes[0].poll() is None:
            time.sleep(0.2)
        app = str(Path(__file__).with_name("app.py"))
        port = str(options.shop_port)
        processes.append(start("flask", "--app", app, "run", "--host", "localhost", "--port", port))
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a module in a session of its own: Ctrl+C reaches only this process."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own programs


if __name__ == "__main__":
    sys.exit(main())
