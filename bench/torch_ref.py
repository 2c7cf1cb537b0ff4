"""K1 as PyTorch does it: torch.corrcoef in fp32 on the card, by its own events. One line of JSON."""

import json
import sys

import torch


def main() -> None:
    shapes = [tuple(int(side) for side in shape.split("x")) for shape in sys.argv[1:]]
    if not torch.cuda.is_available():
        print(json.dumps({"missing": "PyTorch is here, but no card that it can use."}))
        return
    torch.backends.cuda.matmul.allow_tf32 = False
    found = {}
    for n, t in shapes:
        returns = torch.randn(n, t, device="cuda", dtype=torch.float32)
        for _ in range(3):
            torch.corrcoef(returns)
        millis = []
        for _ in range(9):
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            torch.corrcoef(returns)
            end.record()
            torch.cuda.synchronize()
            millis.append(start.elapsed_time(end))
        found[f"{n}x{t}"] = sorted(millis)[len(millis) // 2]
    print(json.dumps({"torch": torch.__version__, "card": torch.cuda.get_device_name(), "millis": found}))


main()
