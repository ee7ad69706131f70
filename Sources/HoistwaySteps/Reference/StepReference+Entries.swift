extension StepReference {
    /// By the step's name.
    package static let entries: [String: Entry] = git.merging(files) { $1 }.merging(outside) { $1 }.merging(cluster) {
        $1
    }
    .merging(pullRequests) { $1 }

    private static let commitMessage = (
        name: "commitMessage", meaning: "A description of the changes, for a commit message."
    )

    private static let cluster: [String: Entry] = [
        "argocd-update": Entry(
            """
            uses: argocd-update
            config:
              apps:
              - name: shop-prod
                sources:
                - repoURL: https://git.example.com/acme/deploy
                  desiredRevision: ${{ outputs.commit.commit }}
            """,
            outputs: [("apps", "A list with the `name` and the `namespace` of each Application.")]
        ),
        "argocd-wait": Entry(
            """
            uses: argocd-wait
            config:
              apps:
              - selector: {matchLabels: {app: shop}}
                waitFor: [health, sync]
            """,
            outputs: [
                ("apps", "A list with the `name` and the `namespace` of each Application."),
                ("healthStatus", "A mapping from `<namespace>/<name>` to the health of each Application."),
            ]
        ),
    ]

    private static let git: [String: Entry] = [
        "git-clone": Entry(
            """
            uses: git-clone
            as: clone
            config:
              repoURL: https://git.example.com/acme/deploy
              checkout:
              - {branch: main, path: ./src}
              - {branch: "env/${{ ctx.stage }}", create: true, path: ./out}
            """,
            outputs: [
                (
                    "commits",
                    "A mapping with one entry for each checkout. The key is its `as`, or its path as written. The "
                        + "value is the commit's id."
                )
            ]
        ),
        "git-clear": Entry(
            """
            uses: git-clear
            config:
              path: ./out
            """
        ),
        "git-commit": Entry(
            """
            uses: git-commit
            as: commit
            config:
              path: ./out
              message: ${{ outputs.update.commitMessage }}
            """,
            outputs: [("commit", "The id of the new commit. If nothing changed, the id of the present commit.")]
        ),
        "git-push": Entry(
            """
            uses: git-push
            as: push
            config:
              path: ./out
            """,
            outputs: [
                ("branch", "The branch that was pushed."),
                ("commit", "The id of the branch's head commit after the push."),
                ("commitURL", "The URL of the commit's page, if the kind of Git host is known."),
            ]
        ),
        "git-tag": Entry(
            """
            uses: git-tag
            config:
              path: ./out
              tag: v1.2.3
              message: Release 1.2.3
            """,
            outputs: [("commit", "The id of the tagged commit.")]
        ),
        "kustomize-set-image": Entry(
            """
            uses: kustomize-set-image
            as: update
            config:
              path: ./src/overlays/${{ ctx.stage }}
              images:
              - image: ghcr.io/acme/web
                newName: "*"
                tag: ${{ quote(imageFrom('ghcr.io/acme/web').Tag) }}
            """,
            outputs: [commitMessage]
        ),
        "kustomize-build": Entry(
            """
            uses: kustomize-build
            config:
              path: ./src/overlays/${{ ctx.stage }}
              outPath: ./out
            """
        ),
        "helm-template": Entry(
            """
            uses: helm-template
            config:
              path: ./src/chart
              releaseName: web
              outPath: ./out
              valuesFiles: [./src/values.yaml]
            """
        ),
        "helm-update-chart": Entry(
            """
            uses: helm-update-chart
            config:
              path: ./src/chart
              charts:
              - repository: oci://ghcr.io/acme/charts
                name: web
                version: ${{ chartFrom('oci://ghcr.io/acme/charts/web').Version }}
            """,
            outputs: [commitMessage]
        ),
        "helm-update-image": Entry(
            """
            uses: helm-update-image
            config:
              path: ./src/values.yaml
              images:
              - {image: ghcr.io/acme/web, key: image.tag, value: Tag}
            """,
            outputs: [commitMessage]
        ),
    ]

    private static let files: [String: Entry] = [
        "copy": Entry(
            """
            uses: copy
            config:
              inPath: ./src/base
              outPath: ./out
              ignore: |
                *.md
                !README.md
            """
        ),
        "delete": Entry(
            """
            uses: delete
            config:
              paths: [./out/old, "./out/**/*.bak"]
              pathsAreGlobs: true
            """
        ),
        "file-write": Entry(
            """
            uses: file-write
            config:
              path: ./out/promoted.txt
              contents: ${{ ctx.targetFreight.name }}
              overwrite: true
            """
        ),
        "yaml-update": Entry(
            """
            uses: yaml-update
            as: update
            config:
              path: ./src/envs/${{ ctx.stage }}/values.yaml
              updates:
              - key: image.tag
                value: ${{ quote(imageFrom('ghcr.io/acme/web').Tag) }}
              - key: podAnnotations.example\\.com/freight
                value: ${{ ctx.targetFreight.name }}
            """,
            outputs: [commitMessage]
        ),
        "flux-setters": Entry(
            """
            uses: flux-setters
            as: update
            config:
              path: ./src/clusters/${{ ctx.stage }}
              policies:
              - {policy: "apps:web", image: ghcr.io/acme/web}
              - {policy: "apps:api", image: ghcr.io/acme/api, useDigest: true}
            """,
            outputs: [commitMessage]
        ),
        "json-update": Entry(
            """
            uses: json-update
            config:
              path: ./src/app.json
              updates:
              - {key: image.tag, value: "${{ quote(imageFrom('ghcr.io/acme/web').Tag) }}"}
            """,
            outputs: [commitMessage]
        ),
        "toml-update": Entry(
            """
            uses: toml-update
            config:
              path: ./src/Cargo.toml
              updates:
              - {key: package.metadata.image.tag, value: "${{ quote(imageFrom('ghcr.io/acme/web').Tag) }}"}
            """,
            outputs: [commitMessage]
        ),
        "yaml-parse": Entry(
            """
            uses: yaml-parse
            as: current
            config:
              path: ./src/values.yaml
              outputs:
              - {name: tag, fromExpression: string(image.tag)}
              - {name: owner, fromExpression: "$env['team-name'] ?? 'nobody'"}
            """,
            outputs: [("NAME", "One output for each item of `outputs`, with the result of its expression.")]
        ),
        "json-parse": Entry(
            """
            uses: json-parse
            as: package
            config:
              path: ./src/package.json
              outputs:
              - {name: version, fromExpression: version}
            """,
            outputs: [("NAME", "One output for each item of `outputs`, with the result of its expression.")]
        ),
        "toml-parse": Entry(
            """
            uses: toml-parse
            as: package
            config:
              path: ./src/Cargo.toml
              outputs:
              - {name: version, fromExpression: package.version}
            """,
            outputs: [("NAME", "One output for each item of `outputs`, with the result of its expression.")]
        ),
        "tar": Entry(
            """
            uses: tar
            config:
              inPath: ./src/base
              outPath: ./out/base.tar.gz
              gzip: true
              ignore: |
                *.md
            """
        ),
        "untar": Entry(
            """
            uses: untar
            config:
              inPath: ./chart.tgz
              outPath: ./out/chart
              stripComponents: 1
            """
        ),
        "yaml-merge": Entry(
            """
            uses: yaml-merge
            config:
              inFiles: [./src/values.yaml, "./src/values-${{ ctx.stage }}.yaml"]
              outFile: ./out/values.yaml
              ignoreMissingFiles: true
            """,
            outputs: [commitMessage]
        ),
    ]

    private static let outside: [String: Entry] = [
        "compose-output": Entry(
            """
            uses: compose-output
            as: out
            config:
              sha: ${{ task.outputs.push.commit }}
              changed: ${{ status('commit') != 'Skipped' }}
            """,
            outputs: [
                (
                    "KEY",
                    "One output for each key of the configuration, with its value. Inside a task, they are also "
                        + "outputs of the task."
                )
            ]
        ),
        "fail": Entry(
            """
            uses: fail
            if: ${{ imageFrom('ghcr.io/acme/web').Tag matches '-rc' }}
            config:
              message: a release candidate is not promoted
            """
        ),
        "http": Entry(
            """
            uses: http
            as: deploy
            config:
              method: POST
              url: https://deploy.example.com/run
              headers:
              - {name: Authorization, value: "Bearer ${{ secret('deployer').token }}"}
              body: '${{ quote({"stage": ctx.stage}) }}'
              successExpression: response.status == 200
              failureExpression: response.status >= 400
              outputs:
              - {name: id, fromExpression: response.body.id}
            """,
            outputs: [("NAME", "One output for each item of `outputs`, with the result of its expression.")]
        ),
        "send-message": Entry(
            """
            uses: send-message
            config:
              channel: {kind: ClusterMessageChannel, name: releases}
              message: ${{ ctx.stage }} of ${{ ctx.project }} gets ${{ imageFrom(vars.image).Tag }}
            """
        ),
        "http-download": Entry(
            """
            uses: http-download
            as: chart
            config:
              url: https://charts.example.com/web-1.2.3.tgz
              outPath: ./web.tgz
              checksum: sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
            """,
            outputs: [("digest", "The digest of the downloaded bytes, with `sha256:` before it.")]
        ),
        "oci-download": Entry(
            """
            uses: oci-download
            config:
              imageRef: registry.example.com/shop/config:1.2.3
              outPath: ./config.tgz
            """,
            outputs: [("digest", "The digest of the downloaded bytes, with `sha256:` before it.")]
        ),
        "oci-push": Entry(
            """
            uses: oci-push
            as: retag
            config:
              srcRef: registry.example.com/shop/web@${{ imageFrom('registry.example.com/shop/web').Digest }}
              destRef: prod.example.com/shop/web:${{ imageFrom('registry.example.com/shop/web').Tag }}
              annotations:
                com.example.promotion: ${{ ctx.promotion }}
            """,
            outputs: [
                ("image", "The destination with its tag."),
                (
                    "digest",
                    "The digest that the tag now has. If annotations were added, it is not the digest of the "
                        + "source."
                ),
                ("tag", "The tag."),
            ]
        ),
        "set-metadata": Entry(
            """
            uses: set-metadata
            config:
              updates:
              - kind: Freight
                name: ${{ ctx.targetFreight.name }}
                values: {sha: "${{ outputs.push.commit }}"}
            """
        ),
        "set-freight-alias": Entry(
            """
            uses: set-freight-alias
            config:
              name: ${{ ctx.targetFreight.name }}
              alias: prod-${{ now().Format('2006-01-02') }}
            """
        ),
    ]
}
