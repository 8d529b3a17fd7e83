"""Examine the PDF on standard input, within bounds of time and memory; prints the fault, or nothing."""

import resource
import sys

from kiks.inspection.faults import Fault, FaultError
from kiks.inspection.structure import examine_structure
from kiks.inspection.surface import examine_surface

SECONDS = 10
MEMORY = 768 * 1024 * 1024


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS refuses a limit of the address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    try:
        examine_surface(data)
        examine_structure(data)
    except FaultError as error:
        sys.stdout.write(error.fault)
    except MemoryError:
        sys.stdout.write(Fault.TOO_HEAVY)
    return 0


if __name__ == "__main__":
    sys.exit(main())
