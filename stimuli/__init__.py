"""Materials, never logic: texts, scales, cause packs, designs, fonts; one folder per language."""

from pathlib import Path

FOLDER = Path(__file__).parent
