"""Makes the trees of a promotion with git, kubectl and a YAML library, of the configurations that its steps had.

What is compared is what was pushed last to each branch. Files are equal byte for byte, or hold the same YAML where a YAML
library has written them.
"""
import hashlib, pathlib, shutil, subprocess, tempfile

import yaml


class Unknown(Exception):
    """A step that is not made here."""


class Loader(yaml.SafeLoader):
    """Texts as they are written: what looks like a date stays a text."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)
Loader.add_constructor("tag:yaml.org,2002:value", yaml.SafeLoader.construct_yaml_str)


def documents(text):
    return [one for one in yaml.load_all(text, Loader=Loader) if one is not None]


class Maker:
    def __init__(self, folder, server, images):
        self.folder, self.server, self.images = pathlib.Path(folder), server, images
        self.mounts = {}
        self.trees = {}

    def path(self, text):
        return self.folder / text.strip("/")

    def run(self, step, config, outputs):
        name = "step_" + step.replace("-", "_")
        if not hasattr(self, name):
            raise Unknown(step)
        getattr(self, name)(config, outputs)

    def step_git_clone(self, config, outputs):
        copy = self.server.copy(self.server.name(config["repoURL"]))
        for checkout in config["checkout"]:
            target = self.path(checkout.get("path") or ".")
            commit = outputs["commits"].get(checkout.get("as") or checkout.get("path") or ".", "")
            target.mkdir(parents=True, exist_ok=True)
            if commit:
                archive = subprocess.run(["git", "--git-dir", copy, "-c", "safe.directory=*", "archive", commit],
                                         capture_output=True, check=True).stdout
                subprocess.run(["tar", "-x", "-C", target], input=archive, check=True)
            self.mounts[target] = copy

    def step_git_clear(self, config, _):
        shutil.rmtree(self.path(config["path"]))
        self.path(config["path"]).mkdir()

    def step_copy(self, config, _):
        if config.get("ignore"):
            raise Unknown("copy with ignore")
        source, target = self.path(config["inPath"]), self.path(config["outPath"])
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)

    def step_delete(self, config, _):
        path = self.path(config["path"])
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=not config.get("strict"))

    def step_kustomize_set_image(self, config, _):
        folder = self.path(config["path"])
        file = next(folder / name for name in ("kustomization.yaml", "kustomization.yml", "Kustomization")
                    if (folder / name).exists())
        content = documents(file.read_text())[0]
        listed = config.get("images") or [{"image": image} for image in self.images]
        for one in listed:
            name = one.get("name") or one["image"]
            tag, digest = one.get("tag"), one.get("digest")
            if not tag and not digest:
                tag, digest = self.images[one["image"]]
            entries = content.setdefault("images", [])
            entry = next((entry for entry in entries if entry["name"] == name), None)
            if entry is None:
                entry = {"name": name}
                entries.append(entry)
            new = one.get("newName")
            if new and new != "*":
                entry["newName"] = new
            for key, value in (("newTag", tag), ("digest", digest)):
                if value == "*":
                    continue
                if value:
                    entry[key] = value
                else:
                    entry.pop(key, None)
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    def step_yaml_update(self, config, _):
        file = self.path(config["path"])
        whole = list(yaml.load_all(file.read_text(), Loader=Loader))
        if len(whole) != 1:
            raise Unknown("yaml-update of several documents")
        for update in config["updates"]:
            keys = [key.replace("\0", ".") for key in update["key"].replace("\\.", "\0").split(".")]
            node = whole[0]
            for key in keys[:-1]:
                node = node[int(key)] if isinstance(node, list) else node[key]
            last = int(keys[-1]) if isinstance(node, list) else keys[-1]
            if isinstance(node, dict) and last not in node:
                raise KeyError(update["key"])
            node[last] = update["value"]
        file.write_text(yaml.safe_dump(whole[0], sort_keys=False))

    def step_kustomize_build(self, config, _):
        folder, target = self.path(config["path"]), self.path(config["outPath"])
        file = next(folder / name for name in ("kustomization.yaml", "kustomization.yml", "Kustomization")
                    if (folder / name).exists())
        command = ["kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone"]
        if "sortOptions" in documents(file.read_text())[0]:
            made = subprocess.run([*command, folder], capture_output=True, text=True)
        else:
            # The order of the input, as Kargo keeps it.
            wrapper = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            text = {"resources": [f"../{folder.relative_to(self.folder)}"], "sortOptions": {"order": "fifo"}}
            (wrapper / "kustomization.yaml").write_text(yaml.safe_dump(text))
            made = subprocess.run([*command, wrapper], capture_output=True, text=True)
            shutil.rmtree(wrapper)
        if made.returncode:
            raise Unknown("kubectl: " + made.stderr.strip().split("\n")[-1][:120])
        if target.suffix in (".yaml", ".yml"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(made.stdout)
            return
        target.mkdir(parents=True, exist_ok=True)
        for one in documents(made.stdout):
            namespace = one["metadata"].get("namespace")
            name = "-".join(filter(None, (namespace, one["kind"], one["metadata"]["name"]))).lower()
            (target / f"{name}.yaml").write_text(yaml.safe_dump(one))

    def step_git_commit(self, _, __):
        pass

    step_argocd_update = step_argocd_wait = step_compose_output = step_set_metadata = step_git_commit
    step_yaml_parse = step_json_parse = step_git_commit

    def step_git_push(self, config, outputs):
        path = self.path(config["path"])
        mount = next(one for one in (path, *path.parents) if one in self.mounts)
        kept = {file.relative_to(mount): file for file in mount.rglob("*")
                if (file.is_file() or file.is_symlink())
                and not any(other != mount and mount in other.parents and other in file.parents for other in self.mounts)}
        copies = {name: file.readlink().as_posix().encode() if file.is_symlink() else file.read_bytes()
                  for name, file in kept.items()}
        self.trees[outputs["branch"]] = (self.mounts[mount], outputs["commit"], copies)


def pushed(copy, commit):
    run = lambda *words: subprocess.run(["git", "--git-dir", copy, "-c", "safe.directory=*", *words], capture_output=True,
                                        check=True).stdout
    files = {}
    for line in filter(None, run("ls-tree", "-r", "-z", commit).split(b"\0")):
        head, name = line.split(b"\t", 1)
        if b"commit" not in head:
            files[pathlib.Path(name.decode())] = run("cat-file", "blob", head.split()[2].decode())
    return files


def differences(made, found):
    for name in sorted(made.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in made:
            yield f"{name} is too much"
        elif made[name] != found[name]:
            try:
                if documents(made[name].decode()) == documents(found[name].decode()):
                    continue
            except (yaml.YAMLError, UnicodeDecodeError):
                pass
            yield f"{name} differs"


def compare(view, server):
    """`equal`, `differs` or `not made`, with the promotion and the reason."""
    results = {one["alias"]: one for one in view.get("results") or []}
    images = {}
    for text in view.get("images") or []:
        reference, digest = text.split("@", 1)
        name, tag = reference.rsplit(":", 1)
        images[name] = (tag, digest)
    with tempfile.TemporaryDirectory(prefix="hoistway-trees-") as folder:
        maker = Maker(pathlib.Path(folder).resolve(), server, images)
        try:
            for step in view["steps"]:
                if step["status"] != "Succeeded":
                    continue
                result = results.get(step["alias"], {})
                maker.run(step["uses"], result.get("config") or {}, result.get("outputs") or {})
        except Unknown as reason:
            return ("not made", view["id"], str(reason))
        except (KeyError, IndexError, StopIteration, OSError, subprocess.CalledProcessError, yaml.YAMLError) as error:
            return ("not made", view["id"], f"{type(error).__name__}: {error}")
        if not maker.trees:
            return ("not made", view["id"], "nothing was pushed")
        for branch, (copy, commit, files) in maker.trees.items():
            found = list(differences(files, pushed(copy, commit)))
            if found:
                return ("differs", view["id"], f"{branch}: " + "; ".join(found[:5]))
    return ("equal", view["id"], "")
