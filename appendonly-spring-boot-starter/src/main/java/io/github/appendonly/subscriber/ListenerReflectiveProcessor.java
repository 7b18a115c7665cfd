package io.github.appendonly.subscriber;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.util.ClassUtils;

/**
 * Lets a native image call a listener, also through the interface of a JDK proxy.
 */
class ListenerReflectiveProcessor implements ReflectiveProcessor {

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Method method) {
			hints.registerMethod(method, ExecutableMode.INVOKE);
			for (Class<?> type : ClassUtils.getAllInterfacesForClass(method.getDeclaringClass())) {
				Method declared = ClassUtils.getMethodIfAvailable(type, method.getName(), method.getParameterTypes());
				if (declared != null) {
					hints.registerMethod(declared, ExecutableMode.INVOKE);
				}
			}
		}
	}

}
