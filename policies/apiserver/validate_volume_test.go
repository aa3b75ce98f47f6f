package apiserver_test

import "testing"

func TestVolumesAreJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"a mount is of a volume and at one path": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, volumeMounts: [{name: '', mountPath: ''}, {name: a, mountPath: /x}, {name: a, mountPath: /x}, {name: missing, mountPath: /z}]}], volumes: [{name: a}]}`,
			want: []string{
				"spec.template.spec.containers[0].volumeMounts[0].name: Required value",
				"spec.template.spec.containers[0].volumeMounts[0].name: Not found",
				"spec.template.spec.containers[0].volumeMounts[0].mountPath: Required value",
				"spec.template.spec.containers[0].volumeMounts[2].mountPath: Invalid value: must be unique",
				"spec.template.spec.containers[0].volumeMounts[3].name: Not found",
			},
		},
		"a mount's path below the volume stays in it": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, volumeMounts: [{name: a, mountPath: /x, subPath: /abs}, {name: a, mountPath: /y, subPathExpr: ../up}, {name: a, mountPath: /z, subPath: a, subPathExpr: b}]}], volumes: [{name: a}]}`,
			want: []string{
				"spec.template.spec.containers[0].volumeMounts.subPath: Invalid value: must be a relative path",
				"spec.template.spec.containers[0].volumeMounts.subPathExpr: Invalid value: must not contain '..'",
				"spec.template.spec.containers[0].volumeMounts[2].subPathExpr: Invalid value: subPathExpr and subPath are mutually exclusive",
			},
		},
		"mounts propagate both ways only for the privileged": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, volumeMounts: [{name: a, mountPath: /x, mountPropagation: Bidirectional}, {name: a, mountPath: /y, mountPropagation: Both}]}], volumes: [{name: a}]}`,
			want: []string{
				"spec.template.spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
				`spec.template.spec.containers[0].volumeMounts.mountPropagation: Unsupported value: supported values: "Bidirectional", "HostToContainer", "None"`,
			},
		},
		"a recursively read-only mount is read-only": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, volumeMounts: [{name: a, mountPath: /x, recursiveReadOnly: Enabled}, {name: a, mountPath: /y, readOnly: true, recursiveReadOnly: IfPossible, mountPropagation: HostToContainer}, {name: a, mountPath: /z, recursiveReadOnly: 'Yes'}, {name: a, mountPath: /d, recursiveReadOnly: Disabled}]}], volumes: [{name: a}]}`,
			want: []string{
				"spec.template.spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
				"spec.template.spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified",
				`spec.template.spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: supported values: "Disabled", "Enabled", "IfPossible"`,
			},
		},
		"a device is a claim, at one path, and not mounted": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, volumeDevices: [{name: '', devicePath: ''}, {name: a, devicePath: /x}, {name: c, devicePath: /x}, {name: c, devicePath: ../y}, {name: c, devicePath: /m}], volumeMounts: [{name: c, mountPath: /m}, {name: a, mountPath: /x}]}], volumes: [{name: a}, {name: c, persistentVolumeClaim: {claimName: c}}]}`,
			want: []string{
				"spec.template.spec.containers[0].volumeMounts[0].name: Invalid value: must not already exist in volumeDevices",
				"spec.template.spec.containers[0].volumeMounts[0].mountPath: Invalid value: must not already exist as a path in volumeDevices",
				"spec.template.spec.containers[0].volumeMounts[1].name: Invalid value: must not already exist in volumeDevices",
				"spec.template.spec.containers[0].volumeMounts[1].mountPath: Invalid value: must not already exist as a path in volumeDevices",
				"spec.template.spec.containers[0].volumeDevices[0].name: Required value",
				"spec.template.spec.containers[0].volumeDevices[0].name: Not found",
				"spec.template.spec.containers[0].volumeDevices[0].devicePath: Required value",
				"spec.template.spec.containers[0].volumeDevices[1].name: Invalid value: can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
				"spec.template.spec.containers[0].volumeDevices[1].name: Invalid value: must not already exist in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[1].devicePath: Invalid value: must not already exist as a path in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[2].devicePath: Invalid value: must be unique",
				"spec.template.spec.containers[0].volumeDevices[2].name: Invalid value: must not already exist in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[2].devicePath: Invalid value: must not already exist as a path in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[3].name: Invalid value: must be unique",
				"spec.template.spec.containers[0].volumeDevices[3].devicePath: Invalid value: can not contain backsteps ('..')",
				"spec.template.spec.containers[0].volumeDevices[3].name: Invalid value: must not already exist in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[4].name: Invalid value: must be unique",
				"spec.template.spec.containers[0].volumeDevices[4].name: Invalid value: must not already exist in volumeMounts",
				"spec.template.spec.containers[0].volumeDevices[4].devicePath: Invalid value: must not already exist as a path in volumeMounts",
			},
		},
		"a volume has a name and one source": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], volumes: [{name: ''}, {name: A}, {name: a}, {name: a}, {name: b, emptyDir: {}, hostPath: {path: /x}}]}`,
			want: []string{
				"spec.template.spec.volumes[0].name: Required value",
				"spec.template.spec.volumes[1].name: Invalid value: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
				"spec.template.spec.volumes[3].name: Duplicate value",
				"spec.template.spec.volumes[4].hostPath: Forbidden: may not specify more than 1 volume type",
			},
		},
		"an emptyDir's limit is not negative": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], volumes: [{name: a, emptyDir: {sizeLimit: -1}}]}`,
			want: []string{
				"spec.template.spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity",
			},
		},
		"a host path is known and goes down": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], volumes: [{name: a, hostPath: {path: ''}}, {name: b, hostPath: {path: /a/../b, type: Folder}}]}`,
			want: []string{
				"spec.template.spec.volumes[0].hostPath.path: Required value",
				"spec.template.spec.volumes[1].hostPath.path: Invalid value: must not contain '..'",
				`spec.template.spec.volumes[1].hostPath.type: Unsupported value: supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"`,
			},
		},
		"files of a volume are named, below it, and have a mode": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], volumes: [{name: a, secret: {defaultMode: 1024, items: [{key: '', path: ''}, {key: k, path: /abs, mode: -1}, {key: k, path: ..x}, {key: k, path: ../x}]}}, {name: b, configMap: {}}, {name: c, persistentVolumeClaim: {claimName: ''}}]}`,
			want: []string{
				"spec.template.spec.volumes[0].secret.secretName: Required value",
				"spec.template.spec.volumes[0].secret.defaultMode: Invalid value: must be a number between 0 and 0777 (octal), both inclusive",
				"spec.template.spec.volumes[0].secret.items[0].key: Required value",
				"spec.template.spec.volumes[0].secret.items[0].path: Required value",
				"spec.template.spec.volumes[0].secret.items[1].path: Invalid value: must be a relative path",
				"spec.template.spec.volumes[0].secret.items[1].mode: Invalid value: must be a number between 0 and 0777 (octal), both inclusive",
				"spec.template.spec.volumes[0].secret.items[2].path: Invalid value: must not start with '..'",
				"spec.template.spec.volumes[0].secret.items[3].path: Invalid value: must not contain '..'",
				"spec.template.spec.volumes[1].configMap.name: Required value",
				"spec.template.spec.volumes[2].persistentVolumeClaim.claimName: Required value",
			},
		},
	})
}
