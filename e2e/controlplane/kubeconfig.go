package controlplane

import (
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes a file that lets kubectl and client-go talk to the API server as a user.
func writeKubeconfig(path, server, ca string, user clientcmdapi.AuthInfo) error {
	bundle, err := os.ReadFile(ca)
	if err != nil {
		return err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["batchgate-e2e"] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: bundle}
	config.AuthInfos["user"] = &user
	config.Contexts["batchgate-e2e"] = &clientcmdapi.Context{Cluster: "batchgate-e2e", AuthInfo: "user", Namespace: "default"}
	config.CurrentContext = "batchgate-e2e"
	return clientcmd.WriteToFile(*config, path)
}

// byCertificate is a user who has a certificate. The file then needs nothing beside it.
func byCertificate(c credentials) (clientcmdapi.AuthInfo, error) {
	cert, err := os.ReadFile(c.cert)
	if err != nil {
		return clientcmdapi.AuthInfo{}, err
	}
	key, err := os.ReadFile(c.key)
	return clientcmdapi.AuthInfo{ClientCertificateData: cert, ClientKeyData: key}, err
}

// unlimited reads a kubeconfig for a client that does not slow itself down.
func unlimited(path string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{} // the gate's warnings are for users
	return config, nil
}
