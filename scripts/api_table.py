"""Lists the statuses of each operation of the console, from schemathesis's record and from the requests made here.

Usage: api_table.py SERVER TOKEN HAR

This script triggers the cases that schemathesis does not reach: other roles, other projects, keys that were used before,
names that are taken, and bodies that are too large.
"""
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SERVER, TOKEN, HAR = sys.argv[1:4]
# They cannot be triggered from outside: they need a crash of the program, 10,000 requests, or a failing disk.
NOT_PROVOKED = {409, 429}


def main():
    document = json.load(urllib.request.urlopen(f"{SERVER}/api/v1/openapi.json"))
    operations = [
        Operation(method.upper(), path, item) for path, methods in document["paths"].items()
        for method, item in methods.items()
    ]
    record(operations)
    provoke(operations)
    sys.exit(0 if table(operations) else 1)


class Operation:
    def __init__(self, method, path, item):
        self.method, self.path, self.item = method, path, item
        self.seen = {}
        self.pattern = re.compile("^" + re.sub(r"\{[^}]*\}", "[^/]+", path) + "$")

    @property
    def id(self):
        return self.item["operationId"]

    def note(self, status):
        self.seen[status] = self.seen.get(status, 0) + 1


def find(operations, method, url):
    path = urllib.parse.urlsplit(url).path
    fitting = [one for one in operations if one.method == method and one.pattern.match(path)]
    # A fixed part before a name, as the server decides.
    return min(fitting, key=lambda one: one.path.count("{"), default=None)


def record(operations):
    try:
        entries = json.load(open(HAR))["log"]["entries"]
    except OSError:
        return
    for entry in entries:
        operation = find(operations, entry["request"]["method"], entry["request"]["url"])
        if operation and entry["response"]["status"]:
            operation.note(entry["response"]["status"])


def send(operations, method, path, body=None, token=TOKEN, headers=None, timeout=30):
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{SERVER}/api/v1/{path}", data=data, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if data is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    operation = find(operations, method, request.full_url)
    if operation:
        operation.note(status)
    return status, text


def made(operations, name, role, project=None):
    send(operations, "DELETE", f"tokens/{name}")
    body = {"name": name, "role": role} | ({"project": project} if project else {})
    return json.loads(send(operations, "POST", "tokens", body)[1])["token"]


def provoke(operations):
    def ask(method, path, body=None, **more):
        return send(operations, method, path, body, **more)

    def items(path):
        return json.loads(ask("GET", path)[1])["items"]

    stage = items("stages")[0]
    project = stage["project"]
    # All of one project: the newest of all may belong to another one.
    warehouse = items(f"warehouses?project={project}")[0]
    freight = items(f"freight?project={project}&warehouse={warehouse['name']}")[0]
    promotion = items(f"promotions?project={project}")[0]
    delivery = items("deliveries")[0]["id"]
    reader = made(operations, "check-read", "read")
    foreign = made(operations, "check-foreign", "admin", "no-such-project")
    names = {
        "project": project, "stage": stage["name"], "warehouse": warehouse["name"], "freight": freight["id"],
        "promotion": promotion["id"], "delivery": delivery, "token": "check-read",
    }
    preview = previewed(ask, items)
    of_preview = names | {"project": preview["project"], "stage": preview["stage"], "preview": preview["id"]}
    bodies = {
        "createPromotion": {"freight": freight["id"]}, "createDownstreamPromotions": {"freight": freight["id"]},
        "createPreview": {"freight": preview["freight"]},
        "approveFreight": {"freight": freight["id"]}, "renameFreight": {"alias": "checked-alias"},
        "createFreight": {"from": freight["id"]}, "retryDeliveries": {"ids": [delivery]}, "adoptStage": {"preview": True},
        "createToken": {"name": "check-made", "role": "read"}, "oldPromote": {"stage": f"{project}/{stage['name']}", "freight": freight["id"]},
        "oldAbort": {"promotion": promotion["id"]}, "oldRefresh": {"stage": f"{project}/{stage['name']}"},
        "oldApprove": {"stage": f"{project}/{stage['name']}", "freight": freight["id"]},
        "oldVerify": {"stage": f"{project}/{stage['name']}"}, "oldAdopt": {"stage": f"{project}/{stage['name']}", "preview": True},
        "oldRenameFreight": {"project": project, "freight": freight["id"], "alias": "checked-again"},
        "oldCreateFreight": {"warehouse": f"{project}/{warehouse['name']}", "freight": {"images": [], "commits": [], "charts": [], "from": freight["id"]}},
    }
    queries = {
        "explainStage": "", "compareStage": "since=2026-01-01T00:00:00Z", "search": "text=" + freight["alias"],
        "oldWhy": f"stage={project}/{stage['name']}", "oldCompare": f"stage={project}/{stage['name']}&since=2026-01-01T00:00:00Z",
        "streamEvents": "timeout=1",
    }

    def path_of(operation, values):
        path = re.sub(r"\{([^}]*)\}", lambda found: urllib.parse.quote(str(values[found[1]]), safe=""), operation.path)
        return path.removeprefix("/api/v1/")

    for operation in operations:
        method, declared = operation.method, {int(status) for status in operation.item["responses"]}
        path = path_of(operation, of_preview if "/previews" in operation.path else names)
        query = queries.get(operation.id, "")
        whole = path + ("?" + query if query else "")
        posts = "requestBody" in operation.item
        body = bodies.get(operation.id, {}) if posts else None
        if operation.id == "deleteToken":
            made(operations, "check-gone", "read")
            whole = path = "tokens/check-gone"
        ask(method, whole, body)
        ask(method, whole, body, token=None)
        ask(method, whole, body, headers={"Host": "evil.test"})
        separator = "&" if "?" in whole else "?"
        ask(method, whole + separator + "unknown=1", body)
        ask(method, whole, body, token=reader)
        ask(method, whole, body, token=foreign)
        if any(parameter["name"] == "project" for parameter in operation.item.get("parameters", [])):
            ask(method, whole + separator + f"project={project}", body, token=foreign)
        if "{" in operation.path:
            missing = {name: 9_000_000_000_000 if name == "delivery" else "no-such" for name in of_preview}
            ask(method, path_of(operation, missing) + ("?" + query if query else ""), body)
        if posts:
            ask(method, whole, {"unknown": 1})
            ask(method, whole, b'{"x": "' + b"x" * 70_000 + b'"}')
            ask(method, whole, b"<x/>", headers={"Content-Type": "text/xml"})
            key = {"Idempotency-Key": f"check-{operation.id}"}
            ask(method, whole, body, headers=key)
            ask(method, whole, body, headers=key)
            ask(method, whole + "?", body, headers=key)
        if 304 in declared:
            request = urllib.request.Request(f"{SERVER}/api/v1/{whole}", headers={"Authorization": f"Bearer {TOKEN}"})
            try:
                with urllib.request.urlopen(request) as answer:
                    tag = answer.headers["ETag"]
            except urllib.error.HTTPError as error:
                sys.exit(f"GET {whole} answered {error.code}: {error.read().decode()}")
            ask(method, whole, headers={"If-None-Match": tag})
    act(ask, items)
    cancel(ask, items)
    # What a body names and nobody has.
    ask("POST", "promotions/retry", {"promotions": ["no-such"]})
    ask("POST", "deliveries/retry", {"ids": [9_000_000_000_000]})
    for name in ("promote", "approve"):
        ask("POST", name, {"stage": "no-such", "freight": "x"})
    for name in ("verify", "adopt", "refresh"):
        ask("POST", name, {"stage": "no-such"})
    ask("POST", "abort", {"promotion": "no-such"})
    ask("POST", "freight/rename", {"project": "no-such", "freight": "x", "alias": "x"})
    ask("POST", "freight/create", {"warehouse": "no-such", "freight": {"images": [], "commits": [], "charts": []}})
    for name in ("why?stage=no-such", "compare?stage=no-such&since=2026-01-01T00:00:00Z"):
        ask("GET", name)
    for name in ("check-read", "check-foreign", "check-made", "check-gone"):
        send(operations, "DELETE", f"tokens/{name}")


def previewed(ask, items):
    """A preview that was begun just now, of a stage that takes the freight; few run at once: others may have to end."""
    for _ in range(60):
        for stage in items("stages"):
            for freight in items(f"freight?project={stage['project']}&limit=3"):
                path = f"projects/{stage['project']}/stages/{stage['name']}/previews"
                status, text = ask("POST", path, {"freight": freight["id"]})
                if status == 202:
                    return json.loads(text)
        time.sleep(0.5)
    sys.exit(f"no preview could be begun: {text.decode()}")


def cancel(ask, items):
    """A preview may be over before it can be ended: then the next one is tried."""
    for _ in range(20):
        preview = previewed(ask, items)
        path = f"projects/{preview['project']}/stages/{preview['stage']}/previews/{preview['id']}"
        ask("GET", path)
        if ask("DELETE", path)[0] == 200:
            return


def act(ask, items):
    """What needs something that is not there yet: other artifacts than those of all freight, an open promotion."""
    for warehouse in items("warehouses"):
        images = [
            content["repository"] for one in items(f"freight?project={warehouse['project']}&warehouse={warehouse['name']}")
            for content in one["contents"] if content["kind"] == "image"
        ]
        if images:
            for tag in ("0.9.0", "0.8.0"):
                push(images[0], tag)
            ask("POST", f"projects/{warehouse['project']}/warehouses/{warehouse['name']}/freight",
                {"images": [f"{images[0]}:0.9.0"]})
            ask("POST", "freight/create", {"warehouse": f"{warehouse['project']}/{warehouse['name']}", "freight": {
                "images": [f"{images[0]}:0.8.0"], "commits": [], "charts": []}})
    for stage in items("stages"):
        for freight in items(f"freight?project={stage['project']}&limit=5"):
            path = f"projects/{stage['project']}/stages/{stage['name']}/downstream-promotions"
            if ask("POST", path, {"freight": freight["id"]})[0] == 201:
                break
    # It may be over before it can be ended: then the next one is tried.
    for way in ("new", "old"):
        for stage in items("stages") * 3:
            for freight in items(f"freight?project={stage['project']}")[:3]:
                status, text = ask("POST", f"projects/{stage['project']}/stages/{stage['name']}/promotions",
                                   {"freight": freight["id"]})
                if status != 201:
                    continue
                promotion = json.loads(text)
                path = f"projects/{promotion['project']}/promotions/{promotion['id']}/abort"
                status, _ = ask("POST", path, {}) if way == "new" else ask(
                    "POST", "abort", {"promotion": promotion["id"]})
                if status == 200:
                    break
            else:
                continue
            break


def push(image, tag):
    """Puts another image into the quickstart's registry: older than all others, so that it becomes no freight by itself."""
    host, name = image.split("/", 1)
    url = f"http://{host}/v2/{name}/manifests/"
    kinds = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
    with urllib.request.urlopen(urllib.request.Request(url + "1.0.0", headers={"Accept": kinds})) as answer:
        kind, manifest = answer.headers["Content-Type"], json.load(answer)
    manifest["annotations"] = {"org.opencontainers.image.version": tag}
    urllib.request.urlopen(urllib.request.Request(
        url + tag, data=json.dumps(manifest).encode(), method="PUT", headers={"Content-Type": kind})).close()


def table(operations):
    is_whole = True
    for operation in sorted(operations, key=lambda one: (one.path, one.method)):
        declared = {int(status) for status in operation.item["responses"]}
        seen = set(operation.seen)
        absent = {status for status in declared if 400 <= status < 500} - seen - NOT_PROVOKED
        unexpected = seen - declared - {405, 501}
        good = any(200 <= status < 300 for status in seen)
        is_whole = is_whole and good and not absent and not unexpected
        notes = ([] if good else ["never 2xx"]) + [f"not seen: {status}" for status in sorted(absent)]
        notes += [f"not declared: {status}" for status in sorted(unexpected)]
        counts = " ".join(f"{status}×{operation.seen[status]}" for status in sorted(seen))
        print(f"{operation.method:6} {operation.path.removeprefix('/api/v1'):58} {counts}  {'; '.join(notes)}".rstrip())
    return is_whole


main()
