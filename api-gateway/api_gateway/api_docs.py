"""The OpenAPI document, and a page that shows it.

The viewer is Swagger UI out of the package fastapi-standalone-docs; no other host is asked.
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

from chassis.errors import NotFound
from fastapi import APIRouter
from fastapi.responses import FileResponse

_HERE: Final = Path(__file__).parent
_PAGE: Final = _HERE / "docs_page"
_VIEWER: Final = Path(str(files("fastapi_standalone_docs"))) / "static/swagger"
_PAGE_FILES: Final = {
    "start.js": _PAGE / "start.js",
    "swagger-ui-bundle.js": _VIEWER / "swagger-ui-bundle.js",
    "swagger-ui.css": _VIEWER / "swagger-ui.css",
}

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi() -> FileResponse:
    return FileResponse(_HERE / "openapi.json")


@router.get("/docs")
async def docs() -> FileResponse:
    return FileResponse(_PAGE / "index.html")


@router.get("/docs/{file}")
async def docs_file(file: str) -> FileResponse:
    if file not in _PAGE_FILES:
        raise NotFound("Not found")
    return FileResponse(_PAGE_FILES[file])
