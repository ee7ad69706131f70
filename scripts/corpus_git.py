"""A Git server on the loopback interface over disposable copies of repositories."""
import http.server, os, pathlib, shutil, subprocess, threading

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}


class GitServer:
    """Serves `/owner/name`, with or without `.git`; what is not there is 404."""

    def __init__(self, originals, folder):
        self.originals = {name.lower(): pathlib.Path(git).resolve() for name, git in originals.items()}
        self.folder = pathlib.Path(folder)
        self.lock = threading.Lock()

    def __enter__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                self.serve(b"")

            def do_POST(self):
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    body = b""
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.serve(body)

            def serve(self, body):
                path, _, query = self.path.partition("?")
                parts = path.strip("/").split("/", 2)
                git = outer.copy("/".join(parts[:2])) if len(parts) == 3 else None
                if git is None:
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                environment = ENVIRONMENT | {
                    "GIT_PROJECT_ROOT": str(git), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": "/" + parts[2],
                    "REQUEST_METHOD": self.command, "QUERY_STRING": query, "REMOTE_USER": "corpus",
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                }
                answer = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment).stdout
                head, _, content = answer.partition(b"\r\n\r\n")
                lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
                status = next((value for key, value in lines if key == "Status"), "200 OK")
                self.send_response(int(status.split()[0]))
                for key, value in lines:
                    if key != "Status":
                        self.send_header(key, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def copy(self, name):
        """The disposable copy of a repository, made at its first use; `None`: it is not at hand."""
        name = name.lower().removesuffix(".git")
        original = self.originals.get(name)
        if original is None:
            return None
        copy = self.folder / name
        with self.lock:
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                self.git(None, "clone", "--quiet", "--bare", "--shared", str(original), str(copy))
                for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "http.receivepack"):
                    self.git(copy, "config", key, "true")
        return copy

    def git(self, folder, *words):
        command = ["git", *(["--git-dir", str(folder)] if folder else []), "-c", "safe.directory=*", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
        if done.returncode:
            raise RuntimeError(f"git {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def name(self, url):
        return url.removeprefix(self.url).strip("/").removesuffix(".git").lower()

    def head(self, url):
        """The commit of the default branch; `None`: the repository is not at hand."""
        copy = self.copy(self.name(url))
        return copy and self.git(copy, "rev-parse", "HEAD")

    def tagged(self, url):
        """Commits of tags, newest first."""
        lines = self.git(self.copy(self.name(url)), "for-each-ref", "--sort=-creatordate", "--count=50",
                         "--format=%(objectname) %(*objectname)", "refs/tags").split("\n")
        return [line.split(" ")[-1] or line.split(" ")[0] for line in lines if line]

    def reset(self):
        """Forgets all that was pushed."""
        with self.lock:
            for folder in self.folder.iterdir():
                shutil.rmtree(folder)
