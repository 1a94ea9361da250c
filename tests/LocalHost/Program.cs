using System.Text;
using LocalHost;

// The sample data contains names such as Müller; the console's default encoding may not support them.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await LocalHostCommand.InvokeAsync(args, Console.Out, Console.Error);
