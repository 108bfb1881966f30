package attachment

import (
	"fmt"
	"path"
	"strings"

	"guiche/internal/fault"
)

// Each problem continues a sentence that begins with the file's name.
const (
	accepted     = "Envie PDF, foto (JPEG, PNG, WebP, HEIC), áudio ou texto."
	emptyFile    = "está vazio. Confira o arquivo no seu aparelho e envie de novo."
	brokenImage  = "parece estar danificado: não conseguimos ler a imagem. Tire a foto de novo ou envie em PDF."
	notText      = "não é um texto simples: o conteúdo tem caracteres que não são de texto. " + accepted
	refusedVideo = "não pode ser recebido: o conteúdo é um vídeo. Envie só o áudio, fotos ou um PDF."
)

// refuse is the error for a file that is not taken, at the field it was sent in.
func (u Upload) refuse(problem string) error {
	words := "“" + shown(u.Name) + "” " + withName(u.Name, problem)
	return &fault.Error{Kind: fault.Invalid, Text: words, Fields: fault.Fields{u.Kind.Field(): words}}
}

// withName says "is not an image" where the name claims that it is one.
func withName(name, problem string) string {
	rest, generic := strings.CutPrefix(problem, "não pode ser recebido:")
	if !generic || strings.HasPrefix(rest, " o conteúdo é uma imagem") || strings.HasPrefix(rest, " o conteúdo é um áudio") {
		return problem
	}
	switch strings.ToLower(path.Ext(shown(name))) {
	case ".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif":
		return "não é uma imagem:" + rest
	case ".pdf":
		return "não é um PDF:" + rest
	case ".mp3", ".ogg", ".opus", ".m4a":
		return "não é um áudio:" + rest
	case ".txt":
		return "não é um texto simples:" + rest
	}
	return problem
}

func tooLarge(limit int64) string {
	return fmt.Sprintf("tem mais de %d MB, o máximo por arquivo. Diminua o arquivo ou divida em partes e envie de novo.", limit>>20)
}

func tooMany(limit int) string {
	return fmt.Sprintf("não coube: já há %d arquivos, o máximo. Exclua um que não seja necessário ou junte vários em um PDF.", limit)
}

func largeImage(limit int64) string {
	return fmt.Sprintf("tem mais de %d megapixels, o máximo por imagem. Diminua a foto e envie de novo.", limit/1_000_000)
}

// notTaken says what content of a media type is, and what to send instead.
func notTaken(media string, markup bool) string {
	what, todo := inWords(media), accepted
	if markup && what == unknownContent {
		what = "código de página ou de programa"
	}
	switch what {
	case document, sheet, slides:
		todo = "Salve como PDF e envie de novo."
	case archive:
		todo = "Tire os arquivos de dentro dele e envie um por um."
	case otherImage:
		todo = "Salve como JPEG ou PNG e envie de novo."
	case video:
		return refusedVideo
	}
	return "não pode ser recebido: o conteúdo é " + what + ". " + todo
}

const (
	unknownContent = "de um tipo que não reconhecemos"
	document       = "um documento de texto editável"
	sheet          = "uma planilha"
	slides         = "uma apresentação"
	archive        = "um arquivo compactado"
	otherImage     = "uma imagem de um tipo que não recebemos"
	video          = "um vídeo"
)

func inWords(media string) string {
	switch {
	case media == "text/html" || media == "application/xhtml+xml":
		return "uma página da web"
	case media == "image/svg+xml":
		return "um desenho SVG"
	case strings.Contains(media, "xml") && !strings.Contains(media, "officedocument"):
		return "um documento XML"
	case isProgram(media):
		return "um programa"
	case strings.HasPrefix(media, "video/"):
		return video
	case strings.HasPrefix(media, "audio/"):
		return "um áudio de um tipo que não recebemos"
	case strings.HasPrefix(media, "image/"):
		return otherImage
	}
	return officeWords(media)
}

func isProgram(media string) bool {
	for _, part := range []string{"executable", "x-elf", "x-mach", "msi", "java", "shell", "script", "text/x-", "android", "bytecode", "sharedlib", "wasm", "x-object"} {
		if strings.Contains(media, part) {
			return true
		}
	}
	return false
}

func officeWords(media string) string {
	for _, w := range []struct{ part, words string }{
		{"spreadsheet", sheet}, {"ms-excel", sheet}, {"presentation", slides}, {"powerpoint", slides},
		{"word", document}, {"opendocument", document}, {"rtf", document}, {"epub", document}, {"x-ole-storage", document},
		{"zip", archive}, {"rar", archive}, {"7z", archive}, {"tar", archive}, {"bzip", archive}, {"xz", archive}, {"zstd", archive},
	} {
		if strings.Contains(media, w.part) {
			return w.words
		}
	}
	return unknownContent
}
